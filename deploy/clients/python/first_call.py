#!/usr/bin/python3
"""A platform's first call: recognise, repeat, verify the receipt, file a dispute and read it back.
gateway/docs/FIRST_CALL.md says what it needs and how it is run; make_stubs makes what it imports."""

import argparse
import sys
import uuid

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2
from mrg.audit.v1 import audit_pb2
from mrg.dispute.v1 import dispute_pb2, dispute_service_pb2, dispute_service_pb2_grpc
from mrg.gateway.v1 import presentation_pb2, recognition_pb2, recognition_pb2_grpc

import verify_receipt

DEADLINE_SECONDS = 10
# A node is reached as its address says, whatever proxy the shell names.
OPTIONS = [("grpc.enable_http_proxy", 0)]
DETAILS = "grpc-status-details-bin"  # where gRPC carries google.rpc.Status


def flags():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    for name in ("address", "cert", "key", "ca", "presentation", "log-keys", "using", "issuing",
                 "type", "standard", "scenario"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--receipt-out", metavar="FILE", help="keeps the receipt")
    parser.add_argument("--dispute", metavar="WORDS", help="files a dispute with these words")
    return parser.parse_args()


def connect(flag):
    return grpc.secure_channel(flag.address, grpc.ssl_channel_credentials(
        *map(verify_receipt.read, (flag.ca, flag.key, flag.cert))), OPTIONS)


def error_words(error):
    """The code, reason, fields and Chinese message of an error; below them what was expected."""
    status = status_pb2.Status()
    status.ParseFromString(dict(error.trailing_metadata() or ()).get(DETAILS, b""))
    info, fields = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    chinese = error_details_pb2.LocalizedMessage()
    for detail in status.details:
        any(detail.Unpack(one) for one in (info, fields, chinese))
    said = [error.code().name, info.reason, *(one.field for one in fields.field_violations)]
    return "%s\n  %s" % (" ".join(filter(None, [*said, chinese.message])), error.details())


def show(answer):
    print("outcome 结论:", audit_pb2.Outcome.Name(answer.outcome))
    for why in answer.reasons:
        print("  reason 理由:", why.reason, why.message, why.message_zh, *why.element_ids)
    if answer.HasField("translated"):
        print("  %s: %s" % (answer.translated.standard, answer.translated.document.decode()))


def dispute(channel, flag, receipt, document):
    stub = dispute_service_pb2_grpc.DisputeServiceStub(channel)
    filed = stub.FileDispute(dispute_service_pb2.FileDisputeRequest(
        request_id=str(uuid.uuid4()), kind=dispute_pb2.DISPUTE_KIND_FACE_INFORMATION_ERROR,
        receipt=receipt, document=document, description=flag.dispute), timeout=DEADLINE_SECONDS)
    found = stub.GetDispute(dispute_service_pb2.GetDisputeRequest(dispute=filed.dispute.name),
                            timeout=DEADLINE_SECONDS).dispute
    print("dispute 异议:", found.name, dispute_pb2.DisputeState.Name(found.state), found.owner_member)


def call(channel, flag):
    shown = presentation_pb2.Presentation.FromString(verify_receipt.read(flag.presentation))
    request = recognition_pb2.RecognizeRequest(
        request_id=str(uuid.uuid4()), using_jurisdiction=flag.using,
        issuing_jurisdiction=flag.issuing, type_code=flag.type, scenario=flag.scenario,
        document_standard=flag.standard, presentation=shown)
    recognize = recognition_pb2_grpc.RecognitionServiceStub(channel).Recognize
    answer = recognize(request, timeout=DEADLINE_SECONDS)
    show(answer)
    receipt = answer.receipt.SerializeToString(deterministic=True)
    if recognize(request, timeout=DEADLINE_SECONDS).receipt != answer.receipt:
        raise verify_receipt.ReceiptRefused("the repeated call gave another receipt")
    print("repeated 重复调用: the same receipt 回执相同")
    verify_receipt.verify(receipt, verify_receipt.read(flag.log_keys), shown.detached.document)
    print("receipt holds 回执有效: leaf %d of %d" % (answer.receipt.index, answer.receipt.tree_size))
    if flag.receipt_out:
        with open(flag.receipt_out, "wb") as file:
            file.write(receipt)
    if flag.dispute:
        dispute(channel, flag, receipt, shown.detached.document)


if __name__ == "__main__":
    given = flags()
    try:
        with connect(given) as opened:
            call(opened, given)
    except grpc.RpcError as failed:
        sys.exit("error 错误: " + error_words(failed))
    except (verify_receipt.ReceiptRefused, DecodeError, OSError) as refused:
        sys.exit("error 错误: %s" % refused)
