#include "gateway/cli/receipt_command.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/record_words.h"
#include "gateway/crypto/digest.h"
#include "gateway/receipt/receipt_check.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "gateway/web/json_message.h"
#include "gateway/witness/log_keys.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"

namespace mrg {
namespace {

using gateway::v1::AdminService;
using gateway::v1::EraseSaltRequest;
using gateway::v1::EraseSaltResponse;

struct Flags {
  std::string receipt;
  // Of verify.
  std::string log_keys;
  std::string document;
  std::string bytes_out;
  // Of erase-salt.
  ApiChannelFlags channel;
  std::string log;
  std::optional<uint64_t> index;
  std::string because;
};

// Result: the receipt's bytes; a file that begins with a brace holds it in JSON, as it comes over
// REST.
absl::StatusOr<std::string> ReadReceipt(const std::string& path) {
  MRG_ASSIGN_OR_RETURN(std::string content, ReadWholeFile(path));
  if (!absl::StartsWith(content, "{")) return content;
  gateway::v1::Receipt receipt;
  const absl::Status read = ReadJsonMessage(content, &receipt);
  if (!read.ok()) return MakeError(Reason::kReceiptMalformed, read.message());
  return CanonicalBytes(receipt);
}

absl::Status Verify(const Flags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const std::string receipt_bytes, ReadReceipt(flags.receipt));
  MRG_ASSIGN_OR_RETURN(const std::string key_bytes, ReadWholeFile(flags.log_keys));
  MRG_ASSIGN_OR_RETURN(const std::vector<LogKey> keys, ParseLogKeys(key_bytes));
  MRG_ASSIGN_OR_RETURN(const auto receipt, ParseCanonical<gateway::v1::Receipt>(
                                               receipt_bytes, Reason::kReceiptMalformed));
  // As a dispute cites it; a document can then not be compared with it.
  const bool cited = receipt.salt().empty() && flags.document.empty();
  MRG_ASSIGN_OR_RETURN(
      const audit::v1::DecisionRecord record,
      cited ? CheckCitedReceipt(receipt_bytes, keys) : CheckReceipt(receipt_bytes, keys));
  if (!flags.document.empty()) {
    MRG_ASSIGN_OR_RETURN(const std::string document, ReadWholeFile(flags.document));
    MRG_RETURN_IF_ERROR(CheckCommitment(record, receipt.salt(), document));
  }
  out << "receipt holds 回执有效" << OwnWords(cited ? ", without its salt 不含盐值" : "") << "\n";
  PrintRecord(record, out);
  ShowJson({{"salted", !cited}, {"record", RecordJson(receipt.index(), record)}}, out);
  return flags.bytes_out.empty() ? absl::OkStatus()
                                 : WriteWholeFile(flags.bytes_out, receipt_bytes);
}

// The record of the receipt, of which the node compares the leaf with its own.
absl::Status NameRecordOf(const std::string& receipt_path, EraseSaltRequest* request) {
  MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadReceipt(receipt_path));
  MRG_ASSIGN_OR_RETURN(const auto receipt,
                       ParseCanonical<gateway::v1::Receipt>(bytes, Reason::kReceiptMalformed));
  MRG_ASSIGN_OR_RETURN(const audit::v1::LogLeaf leaf,
                       ParseLeaf(receipt.leaf(), Reason::kReceiptMalformed));
  MRG_ASSIGN_OR_RETURN(const audit::v1::DecisionRecord record,
                       ParseDecision(leaf, Reason::kReceiptMalformed));
  request->set_log_origin(record.log_origin());
  request->set_index(receipt.index());
  request->set_leaf_sha256(Sha256(receipt.leaf()));
  return absl::OkStatus();
}

absl::Status Erase(const Flags& flags, Display& out) {
  EraseSaltRequest request;
  if (flags.index.has_value()) {
    request.set_log_origin(flags.log);
    request.set_index(*flags.index);
  } else {
    MRG_RETURN_IF_ERROR(NameRecordOf(flags.receipt, &request));
  }
  request.set_because(flags.because);
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  grpc::ClientContext context;
  SetDeadline(flags.channel, &context);
  EraseSaltResponse response;
  MRG_RETURN_IF_ERROR(
      GrpcToStatus(AdminService::NewStub(channel)->EraseSalt(&context, request, &response)));
  out << "salt erased 盐值已删除: record 记录 " << request.index() << ", ";
  if (response.has_erased_at()) {
    out << ToTime(response.erased_at()) << ": " << response.because() << "\n";
  } else {
    out << "its retention time had passed 已过保存期限\n";
  }
  ShowJson(response, out);
  return absl::OkStatus();
}

}  // namespace

int RunReceiptCommand(std::span<const std::string> args, Display& out, Display& err) {
  Flags flags;
  CLI::App app("Receipts of recognitions", "mrgctl receipt");
  app.require_subcommand(1);
  CLI::App* verify = app.add_subcommand("verify", "checks a receipt and prints what it proves");
  verify->add_option("--receipt", flags.receipt, "the receipt's bytes, or its JSON")->required();
  verify->add_option("--log-keys", flags.log_keys, "the member's log-keys target")->required();
  verify->add_option("--document", flags.document, "the presented document, to compare");
  verify->add_option("--bytes-out", flags.bytes_out,
                     "where its bytes go once it holds, as a dispute takes them");
  CLI::App* erase = app.add_subcommand(
      "erase-salt", "has a node forget what links a record to its licence (admin socket)");
  flags.channel.AddTo(*erase);
  CLI::Option* index = erase->add_option("--index", flags.index, "the record's index in the log");
  erase->add_option("--log", flags.log, "<member>/<log-id>; default: the log that the node writes")
      ->needs(index);
  erase->add_option("--receipt", flags.receipt, "a receipt of the record, in place of --index")
      ->excludes(index);
  erase->add_option("--because", flags.because, "why; kept as long as the salt would have been")
      ->required();
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  if (erase->parsed() && !flags.index.has_value() && flags.receipt.empty()) {
    return ReportUsage("mrgctl receipt erase-salt", "expected --index or --receipt", err);
  }
  return Report(erase->parsed() ? Erase(flags, out) : Verify(flags, out), err);
}

}  // namespace mrg
