"""The rules about messages, each with its clause and what to do."""

from cpo_probe.model import Rule

SOAP12 = "SOAP 1.2 Part 1, "


BOTH = "SOAP 1.1, 3 and 4; SOAP 1.2 Part 1, 5; WS-I Basic Profile 1.1, R"


def _both(number: str, text: str) -> Rule:
    return Rule(f"r{number}", BOTH + number, "error", text)


def _bp(number: str, text: str, level: str = "error") -> Rule:
    return Rule(f"r{number}", f"WS-I Basic Profile 1.1, R{number}", level, text)


RULES: tuple[Rule, ...] = (
    Rule("envelope", "SOAP 1.1, 4; SOAP 1.2 Part 1, 5.1", "error",
         "The answer is a SOAP envelope with a Body. Remedy: answer every call with an envelope, refusals with a fault."),
    Rule("header-qualified", "SOAP 1.1, 4.2; SOAP 1.2 Part 1, 5.2", "error",
         "Header blocks have a namespace. Remedy: give each header element its namespace."),
    Rule("media-type", "SOAP 1.1, 6; RFC 3902", "error",
         "The answer has the media type of its version. Remedy: send text/xml with SOAP 1.1, application/soap+xml with 1.2."),
    _both("1008", "Messages have no document type declaration. Remedy: leave it out."),
    _both("1009", "Messages have no processing instructions. Remedy: leave them out."),
    _both("1011", "Nothing follows Body. Remedy: put it into Header or Body."),
    _both("1012", "Messages are in UTF-8 or UTF-16. Remedy: send UTF-8."),
    _both("1013", "mustUnderstand is 0 or 1 (of SOAP 1.2 a boolean). Remedy: write 1."),
    _both("1015", "The envelope has the namespace of its version. Remedy: use the namespace of SOAP 1.1 or 1.2."),
    _bp("1005", "Envelope, Header and Body have no encodingStyle. Remedy: delete it."),
    _bp("1006", "The children of Body have no encodingStyle. Remedy: delete it."),
    _bp("1007", "The parts of an rpc-literal message have no encodingStyle. Remedy: delete it."),
    _bp("1014", "What stands in Body has a namespace. Remedy: qualify the element as the schema declares it."),
    _bp("1032", "Envelope, Header and Body have no attributes of SOAP's namespace. Remedy: delete them."),
    _bp("9981", "Body has one child or none. Remedy: put everything into one element."),
    _bp("2113", "No arrayType is sent. Remedy: send a sequence as the schema declares it."),
    _bp("2211", "Parts of an rpc-literal message are not nil. Remedy: leave out what has no value, or wrap it in a type."),
    _bp("2735", "Parts of an rpc-literal message have no namespace. Remedy: write them unqualified."),
    _bp("1000", "A fault has faultcode, faultstring, faultactor and detail, and nothing else. "
        "Remedy: put everything of your own into detail."),
    _bp("1001", "The children of a fault have no namespace. Remedy: write them unqualified."),
    Rule("fault-parts", "SOAP 1.1, 4.4", "error",
         "A fault has faultcode and faultstring. Remedy: send both."),
    _bp("1004", "faultcode is one of SOAP's codes, or has a namespace of its own. "
        "Remedy: send Client, Server, VersionMismatch or MustUnderstand with the prefix of the envelope."),
    _bp("1031", "faultcode has no dots. Remedy: tell what happened in detail.", "warning"),
    _bp("1111", "What is no fault is sent with status 200. Remedy: send 200, or a fault.", "warning"),
    _bp("1126", "A fault is sent with status 500. Remedy: send 500, so that whoever does not read the body sees it too."),
    Rule("frame12", SOAP12 + "5.1.1", "error", "Envelope, Header and Body have no encodingStyle. Remedy: delete it."),
    Rule("fault12", SOAP12 + "5.4", "error",
         "A fault has Code, Reason, and if need be Node, Role and Detail, in this order. Remedy: put all else into Detail."),
    Rule("code12", SOAP12 + "5.4.6", "error",
         "The code of a fault is one of the five of SOAP 1.2. Remedy: send Sender or Receiver, and the rest in a Subcode."),
    Rule("reason12", SOAP12 + "5.4.2", "error",
         "A fault has a reason, and says in which language. Remedy: add Reason/Text with xml:lang."),
    Rule("status12", "SOAP 1.2 Part 2, 7.5.2.2", "error",
         "Faults come with a status of 400 or above, what is none with 2xx. Remedy: send 400 for Sender, 500 for the others."),
)  # fmt: skip
