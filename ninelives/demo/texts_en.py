"""The English words of the demo."""

from ninelives.demo.topics import Talk, Tongue, Topic

TOPICS = (
    Topic(
        subjects=("Meter reading", "Reading rejected by the app", "My reading for {month}"),
        talks=(
            Talk(
                "The app keeps telling me that my reading is outside the expected range. I checked it twice: it "
                "really is {reading}. Photo attached. Could you enter it for me? My customer number is {number}.",
                "Thank you for the photo. I have entered {reading} for you; you used less than last year, which is "
                "why the app asked for a check. There is nothing else to do.",
                "Great. Will this change my monthly amount?",
                "Yes, a little: from next month you pay € {amount2}. You will find the calculation in your account.",
                file="meter",
            ),
            Talk(
                "Here are my readings for {street}: low {reading}, high {reading2}. Please let me know if you need "
                "anything else.",
                "Thank you, both readings are in. You will see them in your account tomorrow.",
                "That was quick, thank you!",
                file="table",
            ),
        ),
        notes=("Reading is plausible (−12 % on last year).",),
    ),
    Topic(
        subjects=("Moving to {city2}", "Moving house on {date}"),
        talks=(
            Talk(
                "We are moving to {street2} in {city2} on {date} and would like to take our contract with us. I am "
                "new to how this works in the Netherlands: do I have to tell the network operator as well?",
                "No need to contact the network operator, we do that for you. I have planned your move for {date}; "
                "on that day you will get a mail with a link to enter the readings of both homes.",
                "The handover is a week later now, can you change the date?",
                "Of course, I have moved everything by one week.",
            ),
            Talk(
                "I am leaving the Netherlands on {date}. How do I close my account, and where will the final bill "
                "go? My customer number is {number}.",
                "I have closed your contract as of {date}. Please send us the reading on your last day; the final "
                "bill comes by mail to this address within six weeks.",
                "Perfect, thanks a lot.",
            ),
        ),
    ),
    Topic(
        subjects=("My bill is far too high", "Question about my annual statement"),
        talks=(
            Talk(
                "I received my annual statement and I am asked to pay € {amount} extra. Nothing changed in our "
                "household. My Dutch is not good enough to follow the table on page 3. Could you explain where this "
                "comes from?",
                "I understand your surprise. Your fixed price ended in spring and the variable rate was higher; your "
                "use was almost the same. I can spread the amount over six months without costs. Shall I do that?",
                "Thank you for explaining. Six months would be a great help.",
                "Done: six instalments, the first on {date}.",
            ),
            Talk(
                "According to the bill of {month} we used {kwh} kWh, but we were abroad for three weeks. The bill is "
                "attached.",
                "You are right, that reading was estimated because the meter sent nothing that month. The bill is "
                "being corrected; please do not pay this one.",
                file="bill",
            ),
        ),
        notes=("Prefers English, also on the phone.",),
    ),
    Topic(
        subjects=("Solar panels and feed-in", "Feed-in costs"),
        talks=(
            Talk(
                "We have {panels} solar panels since spring. I see in the app that we feed in power but not what we "
                "get for it. How does that work?",
                "Until the end of this contract year we settle what you feed in against what you use. What you feed "
                "in beyond that is paid at the rate in your contract. You find both under ‘Opwek’ in the app.",
                "And would a battery make sense for us?",
                "With {panels} panels it takes about eleven years to earn itself back at today's prices. I would wait.",
            ),
        ),
    ),
    Topic(
        subjects=("Engineer did not show up", "Smart meter"),
        talks=(
            Talk(
                "The engineer was supposed to come between 8 and 12. It is 1 pm now and nobody came. I took a day "
                "off for this.",
                "I am sorry, that should not have happened. The first slot is {date} at 9; you will be first in "
                "line. Does that suit you?",
                "Yes, that works. Please call before coming.",
                "The engineer will call you half an hour before, on {phone}.",
            ),
            Talk(
                "Since the new meter was installed I cannot see my use in the app any more. The display says "
                "{reading}.",
                "The meter works, but it was not linked to your name yet. I have done that now; from tomorrow you "
                "will see your use by the hour.",
                file="meter",
            ),
        ),
    ),
    Topic(
        subjects=("Charged twice", "Direct debit"),
        talks=(
            Talk(
                "On {date0} you took € {amount2} from my account twice. Could you please return one of them?",
                "You are right. The second one was returned today and will be on your account within three working "
                "days.",
                "Received, thank you.",
            ),
        ),
    ),
)

ENGLISH = Tongue(
    greetings=("Hello,", "Dear Zonnestroom,", "Hi,", "Good morning,", "To whom it may concern,"),
    leads=("", "", "I hope you can help me. ", "Sorry for writing in English. "),
    tails=("", "", "Looking forward to your answer.", "You can reach me on {phone}."),
    partings=(
        "Kind regards,\n{name}",
        "Best,\n{first}",
        "Thanks in advance,\n{name}",
        "Regards,\n{name}\n{phone}",
    ),
    marks=("", "", "Sent from my iPhone", "-- \n{name}\n{street}, {city}"),
    quoted="On {day}, {date} {month} {year} at {time}, {who} wrote:",
    our_greeting="Dear {name},",
    our_parting="Kind regards,\n{agent}\n{brand} customer service",
    topics=TOPICS,
    days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    table=("Date", "Low (kWh)", "High (kWh)"),
)
