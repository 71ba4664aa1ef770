"""How much of one mail is taken. Beyond a limit the mail is read all the same, with a remark."""

MAX_PARTS = 1000
MAX_NESTING = 50
MAX_HEADER = 65_536
# Parameters of a Content-Type are read by a routine of the standard library that is quadratic in their length.
MAX_CONTENT_HEADER = 4_096
MAX_HEADERS = 2_000
MAX_TEXT = 200_000
MAX_RAW_HTML = 500_000
MAX_SUBJECT = 998
MAX_RECIPIENTS = 500
MAX_REFERENCES = 50
MAX_ID = 400
MAX_FILE_NAME = 150
MAX_REMARKS = 50
