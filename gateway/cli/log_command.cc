#include "gateway/cli/log_command.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/log/followed_log.h"
#include "gateway/cli/log/record_filter.h"
#include "gateway/cli/log/record_walk.h"
#include "gateway/cli/log/served_log.h"
#include "gateway/cli/log/state_folder.h"
#include "gateway/cli/log/trusted_log_keys.h"
#include "gateway/cli/record_words.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/receipt/receipt_check.h"
#include "gateway/witness/log_keys.h"
#include "mrg/gateway/v1/receipt.pb.h"

namespace mrg {
namespace {

constexpr uint64_t kShownDefault = 100;
constexpr uint64_t kShownMax = 1'000'000;
// Records asked for at a time while few of them may pass.
constexpr uint64_t kReadAhead = 1000;

struct Flags {
  ApiChannelFlags channel;
  TrustSourceFlags trust;
  std::string publisher;
  std::string state;
  // Of consistency and list.
  std::optional<uint64_t> from;
  std::string checkpoint;
  std::optional<uint64_t> to;
  // Of verify.
  std::string receipt;
  std::optional<uint64_t> index;
  // Of list.
  RecordFilter filter;
  uint64_t limit = kShownDefault;
};

// A node's log, followed to its newest checkpoint.
struct Session {
  ServedLog log;
  std::vector<LogKey> listed;
  FollowedLog followed;

  const Checkpoint& newest() const { return followed.newest; }
};

absl::StatusOr<Session> Follow(const Flags& flags) {
  const absl::StatusOr<MemberId> publisher = MemberId::Parse(flags.publisher);
  if (!publisher.ok()) {
    return MakeFieldError(Reason::kFieldMalformed, "--publisher",
                          absl::StrCat("expected ", MemberIdKind::kExpected));
  }
  MRG_ASSIGN_OR_RETURN(const std::string state, OpenStateFolder(flags.state));
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  const absl::Time now = RealClock().Now();
  MRG_ASSIGN_OR_RETURN(std::vector<LogKey> listed,
                       FetchLogKeys(flags.trust, flags.channel, *publisher, state, now));
  ServedLog log(flags.channel, channel);
  MRG_ASSIGN_OR_RETURN(FollowedLog followed, FollowLog(log, *publisher, listed, state, now));
  return Session{std::move(log), std::move(listed), std::move(followed)};
}

void PrintCheckpoint(absl::string_view what, const Checkpoint& checkpoint, Display& out) {
  out << what << checkpoint.size << " records, root 根 " << SpokenDigest(checkpoint.root) << "\n";
}

ShownJson CheckpointJson(const Checkpoint& checkpoint) {
  return {{"log", checkpoint.origin},
          {"size", checkpoint.size},
          {"root", absl::BytesToHexString(checkpoint.root)}};
}

absl::Status ShowCheckpoint(const Flags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const Session session, Follow(flags));
  const FollowedLog& log = session.followed;
  ShownJson json = CheckpointJson(log.newest);
  if (log.before.has_value()) json["continues"] = *log.before;
  json["kept"] = log.file;
  json["otherLogs"] = log.others;
  ShowJson(json, out);
  out << "log 日志: " << log.newest.origin << "\n";
  PrintCheckpoint("checkpoint 检查点: ", log.newest, out);
  if (!log.before.has_value()) {
    out << "continues 延续: nothing, it is the first that is kept of this log 首次留存\n";
  } else {
    out << "continues 延续: the one kept before, of " << *log.before << " records\n";
  }
  for (const std::string& other : log.others) out << "also kept 另存: " << other << "\n";
  out << "kept 留存: " << log.file << "\n";
  return absl::OkStatus();
}

absl::Status OutOfLog(absl::string_view option, uint64_t lowest, uint64_t highest,
                      const Checkpoint& newest) {
  return MakeFieldError(Reason::kFieldMalformed, option,
                        absl::StrCat("expected ", lowest, " to ", highest, ", as ", newest.origin,
                                     " has ", newest.size, " records"));
}

absl::StatusOr<Checkpoint> OlderCheckpoint(const Flags& flags, const Session& session) {
  if (!flags.checkpoint.empty()) {
    MRG_ASSIGN_OR_RETURN(const std::string note, ReadWholeFile(flags.checkpoint));
    return ReadOlderCheckpoint("--checkpoint", note, session.newest().origin,
                               session.followed.keys);
  }
  if (*flags.from < 1 || *flags.from > session.newest().size) {
    return OutOfLog("--from", 1, session.newest().size, session.newest());
  }
  return session.log.CheckpointAt(*flags.from, session.newest());
}

absl::Status CheckConsistency(const Flags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const Session session, Follow(flags));
  MRG_ASSIGN_OR_RETURN(const Checkpoint older, OlderCheckpoint(flags, session));
  MRG_RETURN_IF_ERROR(session.log.CheckContinues(older, session.newest()));
  Checkpoint newer = session.newest();
  if (flags.to.has_value()) {
    if (*flags.to < older.size || *flags.to > newer.size) {
      return OutOfLog("--to", older.size, newer.size, newer);
    }
    MRG_ASSIGN_OR_RETURN(newer, session.log.CheckpointAt(*flags.to, session.newest()));
    MRG_RETURN_IF_ERROR(session.log.CheckContinues(older, newer));
  }
  ShowJson({{"consistent", true}, {"from", CheckpointJson(older)}, {"to", CheckpointJson(newer)}},
           out);
  out << "one log 同一日志: " << older.origin << "\n";
  PrintCheckpoint("from 起: ", older, out);
  PrintCheckpoint("to 止: ", newer, out);
  return absl::OkStatus();
}

// A record that is proved to be in the log.
struct ProvenRecord {
  uint64_t index = 0;
  audit::v1::DecisionRecord record;
};

absl::StatusOr<ProvenRecord> RecordAt(uint64_t index, const Session& session) {
  const Checkpoint& newest = session.newest();
  if (index >= newest.size) return OutOfLog("--index", 0, newest.size - 1, newest);
  MRG_ASSIGN_OR_RETURN(const std::string leaf, session.log.Record(index, newest));
  MRG_ASSIGN_OR_RETURN(auto record, ReadRecord(index, leaf, newest.origin));
  return ProvenRecord{index, std::move(record)};
}

// The receipt by itself, then that the log still holds what it says, and goes on from the log that
// it was given out of.
absl::StatusOr<ProvenRecord> RecordOf(const std::string& receipt_path, const Session& session) {
  MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(receipt_path));
  MRG_ASSIGN_OR_RETURN(const auto receipt,
                       ParseCanonical<gateway::v1::Receipt>(bytes, Reason::kReceiptMalformed));
  MRG_ASSIGN_OR_RETURN(audit::v1::DecisionRecord record,
                       receipt.salt().empty() ? CheckCitedReceipt(bytes, session.listed)
                                              : CheckReceipt(bytes, session.listed));
  const Checkpoint& newest = session.newest();
  MRG_ASSIGN_OR_RETURN(
      const Checkpoint given,
      ReadOlderCheckpoint("--receipt", receipt.checkpoint(), newest.origin, session.followed.keys));
  MRG_RETURN_IF_ERROR(session.log.CheckContinues(given, newest));
  MRG_ASSIGN_OR_RETURN(const std::string served, session.log.Record(receipt.index(), newest));
  // What is proved to stand at one place of one log can only be the same.
  if (served != receipt.leaf()) {
    return MakeError(Reason::kReceiptProofInvalid, "the node's record is not the receipt's");
  }
  return ProvenRecord{receipt.index(), std::move(record)};
}

absl::Status Verify(const Flags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const Session session, Follow(flags));
  MRG_ASSIGN_OR_RETURN(const ProvenRecord proven, flags.index.has_value()
                                                      ? RecordAt(*flags.index, session)
                                                      : RecordOf(flags.receipt, session));
  ShowJson(RecordJson(proven.index, proven.record), out);
  out << "record 记录 " << proven.index << " is in the log 在日志中\n";
  PrintCheckpoint("  checkpoint 检查点: ", session.newest(), out);
  PrintRecord(proven.record, out);
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> FirstToRead(const Flags& flags, const Session& session) {
  const Checkpoint& newest = session.newest();
  const uint64_t from = flags.from.value_or(0);
  if (from >= newest.size) return OutOfLog("--from", 0, newest.size - 1, newest);
  if (flags.filter.since() == absl::InfinitePast()) return from;
  MRG_ASSIGN_OR_RETURN(const uint64_t since,
                       FirstRecordSince(flags.filter.since(), session.log, newest));
  return std::max(from, since);
}

absl::Status List(const Flags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const Session session, Follow(flags));
  MRG_ASSIGN_OR_RETURN(const uint64_t first, FirstToRead(flags, session));
  const uint64_t size = session.newest().size;
  uint64_t shown = 0;
  uint64_t next = first;
  if (first < size) {
    MRG_ASSIGN_OR_RETURN(RecordWalk walk, RecordWalk::Begin(&session.log, session.newest(), first));
    while (!walk.done() && shown < flags.limit) {
      const uint64_t wanted = flags.filter.narrows() ? kReadAhead : flags.limit - shown;
      uint64_t index = walk.next();
      MRG_ASSIGN_OR_RETURN(const std::vector<audit::v1::DecisionRecord> records, walk.Next(wanted));
      for (const audit::v1::DecisionRecord& record : records) {
        if (shown == flags.limit) break;
        if (flags.filter.Passes(record)) {
          ++shown;
          PrintRecordLine(index, record, out);
          if (out.json()) ShowJson(RecordJson(index, record), out);
        }
        next = ++index;
      }
      out.Flush();
      out.ShowProgress(absl::StrCat("read ", next - first, " of ", size - first, " records"));
    }
  }
  out << "shown 显示 " << shown << ", read 已读 " << next - first << " from 起 " << first
      << ", of 共 " << size << " in " << session.newest().origin << "; each proved 均已验证\n";
  if (next < size) out << "more 更多: --from " << next << "\n";
  return absl::OkStatus();
}

}  // namespace

int RunLogCommand(std::span<const std::string> args, Display& out, Display& err) {
  Flags flags;
  CLI::App app("The decision log of a node, as an auditor follows it", "mrgctl log");
  app.require_subcommand(1);
  CLI::App* const checkpoint = app.add_subcommand(
      "checkpoint", "verifies the newest checkpoint, and that it goes on from the one kept before");
  CLI::App* const consistency =
      app.add_subcommand("consistency", "verifies that two checkpoints are of one log");
  CLI::App* const verify = app.add_subcommand("verify", "verifies that a record is in the log");
  CLI::App* const list = app.add_subcommand("list", "shows records, each verified");
  for (CLI::App* command : {checkpoint, consistency, verify, list}) {
    flags.channel.AddTo(*command);
    command->add_option("--publisher", flags.publisher, "the member whose log it is")->required();
    flags.trust.AddTo(*command);
    command->add_option("--state", flags.state,
                        "folder of what is trusted and kept, mode 0700; default "
                        "$XDG_STATE_HOME/mrg or ~/.local/state/mrg");
  }
  CLI::Option* const from =
      consistency->add_option("--from", flags.from, "size of the older log, in records");
  consistency->add_option("--checkpoint", flags.checkpoint, "or a file of its signed checkpoint")
      ->excludes(from);
  consistency->add_option("--to", flags.to, "size of the newer log; default: as it is now");
  CLI::Option* const index = verify->add_option("--index", flags.index, "the record's index");
  verify->add_option("--receipt", flags.receipt, "or a receipt of it")->excludes(index);
  list->add_option("--from", flags.from, "index of the first record; default 0");
  flags.filter.AddTo(*list);
  list->add_option("--limit", flags.limit, "records to show at most; default 100")
      ->check(CLI::Range(uint64_t{1}, kShownMax));
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  if (flags.trust.address.empty() == flags.trust.bundle.empty()) {
    return ReportUsage(
        "mrgctl log", "expected --trust-address or --bundle, where the publisher's lists are found",
        err);
  }
  if (consistency->parsed() && flags.from.has_value() == !flags.checkpoint.empty()) {
    return ReportUsage("mrgctl log", "expected --from or --checkpoint", err);
  }
  if (verify->parsed() && flags.index.has_value() == !flags.receipt.empty()) {
    return ReportUsage("mrgctl log", "expected --index or --receipt", err);
  }
  if (const absl::Status filter = flags.filter.Parse(RealClock().Now()); !filter.ok()) {
    Report(filter, err);
    return kExitUsage;
  }
  if (checkpoint->parsed()) return Report(ShowCheckpoint(flags, out), err);
  if (consistency->parsed()) return Report(CheckConsistency(flags, out), err);
  return Report(verify->parsed() ? Verify(flags, out) : List(flags, out), err);
}

}  // namespace mrg
