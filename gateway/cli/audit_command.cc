#include "gateway/cli/audit_command.h"

#include <memory>
#include <set>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/audit/log_check.h"
#include "gateway/audit/log_recount.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/crypto/public_key.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "gateway/storage/open_store.h"
#include "gateway/witness/log_keys.h"
#include "mrg/audit/v1/audit.grpc.pb.h"

namespace mrg {
namespace {

using audit::v1::AuditService;

// Leaves asked for in one call; the node sends fewer when they are large.
constexpr int kPageSize = 1000;

struct Flags {
  ApiChannelFlags channel;
  std::string data_dir;
  std::string origin;
  std::string log_keys;
  std::string log_key;
};

// The log that is checked and who may have signed it.
struct Log {
  std::string origin;
  std::vector<PublicKey> keys;
};

absl::StatusOr<Log> ReadPublishedKeys(const Flags& flags) {
  MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(flags.log_keys));
  MRG_ASSIGN_OR_RETURN(const std::vector<LogKey> listed, ParseLogKeys(bytes));
  std::set<std::string> origins;
  for (const LogKey& key : listed) origins.insert(key.origin);
  Log log{flags.origin, {}};
  if (log.origin.empty() && origins.size() == 1) log.origin = *origins.begin();
  if (!origins.contains(log.origin)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--origin: expected one of the logs in ", flags.log_keys));
  }
  for (const LogKey& key : listed) {
    if (key.origin == log.origin) log.keys.push_back(key.key);
  }
  return log;
}

absl::StatusOr<Log> ReadLog(const Flags& flags) {
  if (!flags.log_keys.empty()) return ReadPublishedKeys(flags);
  if (flags.origin.empty()) return absl::InvalidArgumentError("--origin: required with --log-key");
  MRG_ASSIGN_OR_RETURN(const std::string pem, ReadWholeFile(flags.log_key));
  MRG_ASSIGN_OR_RETURN(PublicKey key, PublicKeyFromPem(Scheme::kEd25519, pem));
  return Log{flags.origin, {std::move(key)}};
}

absl::StatusOr<LogCheckReport> CheckFolder(const Flags& flags, const Log& log) {
  MRG_ASSIGN_OR_RETURN(const auto store,
                       OpenExistingStore(absl::StrCat("rocksdb:", flags.data_dir)));
  return CheckLog(*store, log.origin, log.keys, [&log](uint64_t, absl::string_view leaf) {
    return CheckLeafForm(leaf, log.origin);
  });
}

absl::StatusOr<LogCheckReport> CheckNode(const Flags& flags, const Log& log, Display* progress) {
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  const auto stub = AuditService::NewStub(channel);
  audit::v1::GetCheckpointResponse newest;
  {
    grpc::ClientContext context;
    SetDeadline(flags.channel, &context);
    // A node that says its log is empty shows no signature for it: an error, and no sound log.
    MRG_RETURN_IF_ERROR(GrpcToStatus(stub->GetCheckpoint(&context, {}, &newest)));
  }
  MRG_ASSIGN_OR_RETURN(LogRecount recount,
                       LogRecount::Begin(newest.checkpoint(), log.origin, log.keys));
  audit::v1::ListRecordsRequest request;
  request.set_page_size(kPageSize);
  while (recount.added() < recount.size()) {
    grpc::ClientContext context;
    SetDeadline(flags.channel, &context);
    audit::v1::ListRecordsResponse page;
    MRG_RETURN_IF_ERROR(GrpcToStatus(stub->ListRecords(&context, request, &page)));
    if (page.first_index() != recount.added()) {
      return absl::DataLossError(absl::StrCat("the node answered with leaves from ",
                                              page.first_index(), ", expected them from ",
                                              recount.added()));
    }
    for (const std::string& leaf : page.leaves()) recount.Add(leaf);
    progress->ShowProgress(
        absl::StrCat("read ", recount.added(), " of ", recount.size(), " records"));
    // A page without a leaf would be asked for without end.
    if (page.leaves().empty() || page.next_page_token().empty()) break;
    request.set_page_token(page.next_page_token());
  }
  return std::move(recount).Finish();
}

// Result: whether the log is sound.
absl::StatusOr<bool> Check(const Flags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const Log log, ReadLog(flags));
  MRG_ASSIGN_OR_RETURN(const LogCheckReport report, flags.data_dir.empty()
                                                        ? CheckNode(flags, log, &out)
                                                        : CheckFolder(flags, log));
  out << "origin 日志: " << log.origin << "\nsize 条数: " << report.leaf_count
      << "\nroot 根: " << SpokenDigest(report.root) << "\n";
  ShowJson({{"log", log.origin},
            {"size", report.leaf_count},
            {"root", absl::BytesToHexString(report.root)},
            {"sound", report.sound()},
            {"findings", report.findings}},
           out);
  if (report.sound()) {
    out << "result 结论: " << OwnWords(report.checkpoint.empty() ? "sound, and empty" : "sound")
        << "\n";
    return true;
  }
  out << "result 结论: not sound, " << report.findings.size()
      << " faults\nfirst fault 首个问题: " << report.findings.front() << "\n";
  return false;
}

}  // namespace

int RunAuditCommand(std::span<const std::string> args, Display& out, Display& err) {
  Flags flags;
  CLI::App app("Integrity of a node's decision log", "mrgctl audit");
  app.require_subcommand(1);
  CLI::App* check = app.add_subcommand("check", "computes the log again and compares it");
  flags.channel.AddTo(*check);
  CLI::Option* address = check->get_option("--address")->required(false);
  CLI::Option* data_dir =
      check->add_option("--data-dir", flags.data_dir, "the data folder of a stopped node");
  CLI::Option* log_keys =
      check->add_option("--log-keys", flags.log_keys, "the member's log-keys target");
  CLI::Option* log_key =
      check->add_option("--log-key", flags.log_key, "the log's public key, a PEM file");
  check->add_option("--origin", flags.origin, "the log, <member>/<log-id>");
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  if ((address->count() > 0) == (data_dir->count() > 0) ||
      (log_keys->count() > 0) == (log_key->count() > 0)) {
    return ReportUsage("mrgctl audit check",
                       "expected --data-dir or --address, and --log-keys or --log-key", err);
  }
  const absl::StatusOr<bool> sound = Check(flags, out);
  if (!sound.ok()) return Report(sound.status(), err);
  return *sound ? kExitOk : kExitFailed;
}

}  // namespace mrg
