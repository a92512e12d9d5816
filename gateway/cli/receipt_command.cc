#include "gateway/cli/receipt_command.h"

#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/outcome_words.h"
#include "gateway/receipt/receipt_check.h"
#include "gateway/witness/log_keys.h"

namespace mrg {
namespace {

struct VerifyFlags {
  std::string receipt;
  std::string log_keys;
  std::string document;
};

void Print(const audit::v1::DecisionRecord& record, Display& out) {
  out << "  decided 判定时间: "
      << absl::FormatTime(absl::FromUnixMicros(record.decided_at_us()), absl::UTCTimeZone())
      << "\n  log 日志: " << record.log_origin() << "\n  question 请求: " << record.type_code()
      << " issued in " << record.issuing_jurisdiction() << ", used in "
      << record.using_jurisdiction() << ", scenario " << record.scenario()
      << "\n  outcome 结论: " << OutcomeInWords(record.outcome()) << "\n";
  for (const audit::v1::Check& check : record.checks()) {
    out << "    " << check.check() << ": " << VerdictInWords(check.verdict());
    if (!check.reason().empty()) out << " " << check.reason();
    out << "\n";
  }
  out << "  rests on 依据:\n";
  for (const audit::v1::RestsOn& role : record.rests_on()) {
    out << "    " << role.publisher() << " " << role.role() << " version " << role.version()
        << " sha256 " << absl::BytesToHexString(role.signed_sha256()) << "\n";
  }
}

absl::Status Verify(const VerifyFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const std::string receipt_bytes, ReadWholeFile(flags.receipt));
  MRG_ASSIGN_OR_RETURN(const std::string key_bytes, ReadWholeFile(flags.log_keys));
  MRG_ASSIGN_OR_RETURN(const std::vector<LogKey> keys, ParseLogKeys(key_bytes));
  MRG_ASSIGN_OR_RETURN(const audit::v1::DecisionRecord record, CheckReceipt(receipt_bytes, keys));
  if (!flags.document.empty()) {
    MRG_ASSIGN_OR_RETURN(const std::string document, ReadWholeFile(flags.document));
    MRG_ASSIGN_OR_RETURN(const auto receipt, ParseCanonical<gateway::v1::Receipt>(
                                                 receipt_bytes, Reason::kReceiptMalformed));
    MRG_RETURN_IF_ERROR(CheckCommitment(record, receipt.salt(), document));
  }
  out << "receipt holds 回执有效\n";
  Print(record, out);
  return absl::OkStatus();
}

}  // namespace

int RunReceiptCommand(std::span<const std::string> args, Display& out, Display& err) {
  VerifyFlags flags;
  CLI::App app("Receipts of recognitions", "mrgctl receipt");
  app.require_subcommand(1);
  CLI::App* verify = app.add_subcommand("verify", "checks a receipt and prints what it proves");
  verify->add_option("--receipt", flags.receipt, "the receipt's bytes")->required();
  verify->add_option("--log-keys", flags.log_keys, "the member's log-keys target")->required();
  verify->add_option("--document", flags.document, "the presented document, to compare");
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  return Report(Verify(flags, out), err);
}

}  // namespace mrg
