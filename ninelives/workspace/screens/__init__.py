"""What each screen shows, as typed values: a view fills these in, a template only lays them out."""
