"""The table of ./deploy/sandbox: sample licences and questions, each with what a node answers to it.
How they are made and asked says sandbox.py.

Each licence is the sample of its kind with something changed, signed by one of the keys of Chongqing
or Sichuan. A line must stand for one reason alone, so everything else about it is in order.
"""

import copy
import json
from typing import NamedTuple

IDENTITY_CARD, DRIVING_LICENCE = "11100000XX0000019L001", "11100000XX0000019L003"
RESIDENCE_PERMIT, BUSINESS_LICENCE = "11100000XX0000019L005", "11100000XX0000027F001"
# Jurisdictions of members that the hub lists: whose node is not there, whose list has run out, and who
# showed two histories (sandbox_members.py).
NEVER_STARTED, RAN_OUT, TWO_HISTORIES = "44", "43", "45"
# Chongqing's keys beside "issuer": what its issuer list says of each. In days from now.
KEYS = {
    "suspended": {"state": ("SUSPENDED", -1)},
    "compromised": {"state": ("COMPROMISED", -1)},
    "retired-before": {"state": ("RETIRED", -1900)},
    "retired-since": {"state": ("RETIRED", -1)},
    "not-yet": {"listed_from": 3000},
    "encryption": {"key_use": "ENCRYPTION"},
    "identity-cards": {"types": [IDENTITY_CARD]},
    "elsewhere": {"areas": ["500240"]},
}
UNLISTED_KEY = "unlisted"


class Case(NamedTuple):
    name: str
    outcome: str  # or the gRPC code of an error
    reason: str  # "" where there is none
    why: str
    why_zh: str
    document: dict = {}  # members that differ from the sample; None takes one away
    key: str = "issuer"
    sample: str = "50-driving-licence.json"
    question: dict = {}  # fields that differ from the usual question
    number: str = ""  # of the licence, where its status is set; a check digit is added
    status: str = ""  # revoke, suspend, cancel, or dispute
    damage: str = ""  # what is done to the signed presentation: see sandbox.damaged
    caller: str = "platform-31"


def yes(name, why, why_zh, **more):
    return Case(name, "RECOGNIZED", "", why, why_zh, **more)


def conditions(name, reason, why, why_zh, **more):
    return Case(name, "RECOGNIZED_WITH_CONDITIONS", reason, why, why_zh, **more)


def no(name, reason, why, why_zh, **more):
    return Case(name, "NOT_RECOGNIZED", reason, why, why_zh, **more)


def no_rule(name, reason, why, why_zh, **more):
    return Case(name, "NO_RULE", reason, why, why_zh, **more)


CASES = [
    yes("driving-licence", "a driving licence of Chongqing", "重庆的机动车驾驶证"),
    yes("identity-card", "an identity card of Chongqing", "重庆的居民身份证",
        sample="50-identity-card.json", question={"type": IDENTITY_CARD}),
    yes("business-licence", "a business licence of Sichuan", "四川的营业执照",
        sample="51-business-licence.json",
        question={"type": BUSINESS_LICENCE, "issuing": "51"}),
    yes("within-the-region", "a driving licence of Jiangsu, used in Shanghai", "江苏驾驶证在上海使用",
        sample="32-driving-licence.json", question={"issuing": "32", "standard": "delta-reply"}),
    yes("at-the-roadside", "another scenario that the agreement names", "协议列明的另一场景",
        question={"scenario": "traffic-check"}),
    yes("right-holder", "the holder is the expected one", "持证人与预期一致",
        question={"holder-name": "样例丁", "holder-code": "50010319000101001X"}),

    conditions("disputed", "UNDER_DISPUTE", "a dispute about it was accepted", "该证照的异议已受理",
               number="50010319000101003", status="dispute"),
    conditions("signed-before-retirement", "SIGNING_TIME_CLAIMED",
               "the key was retired after the claimed date of issue", "签发日期之后密钥才退役",
               key="retired-since"),

    no("revoked", "LICENCE_REVOKED", "its authority revoked it", "发证机关已吊销",
       number="50010319000101004", status="revoke"),
    no("suspended", "LICENCE_SUSPENDED", "its authority suspended it", "发证机关已暂扣",
       number="50010319000101005", status="suspend"),
    no("cancelled", "LICENCE_CANCELLED", "its authority cancelled it", "发证机关已注销",
       number="50010319000101006", status="cancel"),

    no("tampered", "SIGNATURE_INVALID", "C6 was made A1 after it was signed", "签名后将 C6 改为 A1",
       damage="document"),
    no("signature-cut", "SIGNATURE_NOT_DER", "the signature lacks its last byte", "签名缺最后一个字节",
       damage="signature-cut"),
    no("signature-longer", "SIGNATURE_TRAILING_BYTES", "a byte follows the signature",
       "签名之后多一个字节", damage="signature-longer"),
    no("signature-zero", "SIGNATURE_OUT_OF_RANGE", "a signature of the value zero", "签名值为零",
       damage="signature-zero"),
    no("key-broken", "KEY_MALFORMED", "the public key lacks its last byte", "公钥缺最后一个字节",
       damage="key-cut"),
    no("key-on-another-curve", "KEY_WRONG_CURVE", "a public key on the curve P-384",
       "公钥在 P-384 曲线上", damage="key-curve"),
    no("key-of-another-algorithm", "KEY_MISLABELLED", "an SM2 key, said to be of P-256",
       "SM2 公钥，声称为 P-256", damage="key-mislabelled"),

    no("unlisted-key", "ISSUER_NOT_LISTED", "signed by a key that no list names", "签发密钥未列入清单",
       key=UNLISTED_KEY),
    no("key-suspended", "ISSUER_SUSPENDED", "the issuing key is suspended", "签发密钥已暂停",
       key="suspended"),
    no("key-compromised", "ISSUER_COMPROMISED", "the issuing key is compromised", "签发密钥已泄露",
       key="compromised"),
    no("key-retired", "ISSUER_RETIRED", "the key was retired before the date of issue",
       "签发日期之前密钥已退役", key="retired-before"),
    no("key-not-yet-listed", "ISSUER_NOT_YET_LISTED", "the key's listing begins in eight years",
       "密钥八年后才列入清单", key="not-yet"),
    no("key-for-encryption", "ISSUER_KEY_USE", "the key is listed for encryption", "该密钥仅用于加密",
       key="encryption"),
    no("key-for-identity-cards", "ISSUER_NOT_FOR_TYPE", "the key is listed for identity cards alone",
       "该密钥仅用于签发身份证", key="identity-cards"),
    no("key-of-another-area", "ISSUER_NOT_FOR_AREA", "the key is listed for another county",
       "该密钥仅用于另一区县", key="elsewhere"),

    no("expired", "LICENCE_EXPIRED", "it expired in 2026", "2026 年已到期",
       document={"expiringDate": "2026年02月05日"}),
    no("not-yet-valid", "LICENCE_NOT_YET_VALID", "it begins in 2090", "2090 年起生效",
       document={"effectiveDate": "2090年01月05日", "expiringDate": "2096年01月05日"}),
    no("status-in-document", "LICENCE_STATUS_NOT_VALID", "the signed document says that it is cancelled",
       "证照文件所载状态为注销", document={"certificateStatus": "04"}),
    no("wrong-type", "TYPE_MISMATCH", "an identity card, asked about as a driving licence",
       "以驾驶证名义核验身份证", document={"certificateTypeCode": IDENTITY_CARD}),
    no("wrong-issuer", "ISSUER_MISMATCH", "it names another authority than the key's",
       "所载发证机关与密钥不符", document={"issuer": {"code": "11510000YY000001XY"}}),
    no("wrong-holder", "HOLDER_MISMATCH", "the holder is not the expected one", "持证人与预期不一致",
       question={"holder-name": "样例甲"}),
    no("element-missing", "ELEMENT_MISSING", "it has no number", "缺少证照号码",
       document={"certificateNumber": None}),
    no("element-malformed", "ELEMENT_MALFORMED", "a date of issue that is none", "签发日期不是日期",
       document={"issuedDate": "2026年13月05日"}),
    no("code-unknown", "CODE_UNKNOWN", "a sex that is in no code list", "性别代码不在代码表中",
       document={"surface": {"xb": "7"}}),
    no("check-digit", "CHECK_DIGIT_WRONG", "the holder's code has a wrong check digit",
       "持证人代码校验位错误", document={"holder": [
           {"name": "样例丁", "code": "500103190001010011", "typeCode": "111"}]}),
    no("no-document", "DOCUMENT_MALFORMED", "what was signed is no JSON", "签名内容不是 JSON",
       damage="no-json"),

    no_rule("type-not-covered", "TYPE_NOT_COVERED", "a residence permit: no agreement covers it",
            "居住证：协议未覆盖", sample="50-residence-permit.json",
            question={"type": RESIDENCE_PERMIT}),
    no_rule("type-unknown", "TYPE_UNKNOWN", "Chongqing's catalogue has no such type",
            "重庆目录中无此类型", question={"type": "11100000XX0000019L099"}),
    no_rule("scenario-unknown", "SCENARIO_UNKNOWN", "no agreement names the scenario",
            "协议中无此场景", question={"scenario": "nothing"}),
    no_rule("scenario-not-covered", "SCENARIO_NOT_COVERED",
            "a roadside check of a business licence", "路面执法核验营业执照",
            sample="51-business-licence.json",
            question={"type": BUSINESS_LICENCE, "issuing": "51", "scenario": "traffic-check"}),
    no_rule("standard-unknown", "STANDARD_UNKNOWN", "no pack of Chongqing reads the standard",
            "重庆没有该标准的映射包", question={"standard": "nothing"}),
    no_rule("jurisdiction-unknown", "JURISDICTION_UNKNOWN", "no member answers for province 99",
            "没有成员负责 99", question={"issuing": "99"}),

    Case("list-missing", "STALE_TRUST", "TRUST_MISSING",
         "a member of the federation whose lists never came", "联邦成员的清单从未送达",
         question={"issuing": NEVER_STARTED}),
    Case("list-expired", "STALE_TRUST", "TRUST_EXPIRED", "a member whose list has run out",
         "成员的清单已过期", question={"issuing": RAN_OUT}),
    Case("two-histories", "STALE_TRUST", "PUBLISHER_FORKED",
         "a member that published two histories", "成员发布了两段不同的历史",
         question={"issuing": TWO_HISTORIES}),

    Case("field-malformed", "INVALID_ARGUMENT", "FIELD_MALFORMED", "a province code of letters",
         "省份代码含字母", question={"using": "3x"}),
    Case("field-empty", "INVALID_ARGUMENT", "FIELD_REQUIRED", "an empty presentation", "出示内容为空",
         damage="empty"),
    Case("another-province", "PERMISSION_DENIED", "JURISDICTION_NOT_ALLOWED",
         "Shanghai's platform asks for Jiangsu", "上海平台代江苏发问", question={"using": "32"}),
    Case("stranger", "PERMISSION_DENIED", "IDENTITY_NOT_LISTED",
         "a caller whom no rule of the node names", "节点规则中没有的调用方", caller="stranger"),
]


def with_check_digit(number):
    """An identity number of GB 11643 from its first 17 digits (ISO 7064, MOD 11-2)."""
    remainder = sum(int(digit) * pow(2, 17 - n, 11) for n, digit in enumerate(number)) % 11
    return number + "10X98765432"[remainder]


def document_of(case, sample):
    """The bytes that are signed: the sample, changed as the case says."""
    document = copy.deepcopy(sample)
    for name, value in case.document.items():
        if value is None:
            del document[name]
        elif isinstance(value, dict) and isinstance(document.get(name), dict):
            document[name].update(value)
        else:
            document[name] = value
    if case.number:
        document["certificateNumber"] = with_check_digit(case.number)
    return json.dumps(document, ensure_ascii=False).encode()
