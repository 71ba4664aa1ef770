"""How much what is known of two customers says that they are one. No database here: values in, weights out."""

from ninelives.customers.comparing.known import OF_A_NUMBER as OF_A_NUMBER
from ninelives.customers.comparing.known import Known as Known
from ninelives.customers.comparing.known import Reach as Reach
from ninelives.customers.comparing.weighing import Evidence as Evidence
from ninelives.customers.comparing.weighing import Reason as Reason
from ninelives.customers.comparing.weighing import agree as agree
from ninelives.customers.comparing.weighing import are_named_alike as are_named_alike
from ninelives.customers.comparing.weighing import chance as chance
from ninelives.customers.comparing.weighing import contradict as contradict
from ninelives.customers.comparing.weighing import took_over as took_over
from ninelives.customers.comparing.weighing import weigh as weigh
