#include "gateway/cli/log/followed_log.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/log/kept_checkpoints.h"

namespace mrg {
namespace {

absl::Status Invalid(absl::string_view what, const absl::Status& why) {
  absl::string_view text = why.message();
  absl::ConsumePrefix(&text, absl::StrCat(TokenOf(Reason::kReceiptCheckpointInvalid), ": "));
  return MakeError(Reason::kReceiptCheckpointInvalid, absl::StrCat(what, ": ", text));
}

absl::StatusOr<std::string> NewestNote(const ServedLog& log, const KeptCheckpoints& kept) {
  absl::StatusOr<std::string> note = log.UnverifiedNewestNote();
  if (ReasonOf(note.status()) != Reason::kRecordNotFound) return note;
  // An empty log has no signed checkpoint that would contradict the kept one.
  const std::vector<std::string> origins = kept.Origins();
  if (origins.empty()) return note;
  return MakeError(Reason::kLogContradicted,
                   absl::StrCat("the node says that its log is empty, and a checkpoint is kept of ",
                                absl::StrJoin(origins, ", ")));
}

// The note's own word says of which log it is; a key that is listed for that log now must hold it.
absl::StatusOr<Checkpoint> VerifyNewest(absl::string_view note, std::span<const LogKey> log_keys,
                                        const MemberId& publisher, absl::Time now) {
  const absl::StatusOr<Checkpoint> body = ParseCheckpointBody(note);
  if (!body.ok()) return Invalid("the node's checkpoint", body.status());
  std::vector<PublicKey> keys;
  for (const LogKey& key : log_keys) {
    if (key.origin == body->origin && key.from <= now && now < key.until) keys.push_back(key.key);
  }
  if (keys.empty()) {
    return MakeError(
        Reason::kReceiptCheckpointInvalid,
        absl::StrCat("the node shows the log ", body->origin, ", expected one for which ",
                     publisher.value(), " lists a key that signs now"));
  }
  absl::StatusOr<Checkpoint> newest = ParseCheckpointOfAnyKey(note, body->origin, keys);
  if (!newest.ok()) return Invalid(absl::StrCat("checkpoint of ", body->origin), newest.status());
  if (newest->size > 0) return newest;
  return MakeError(Reason::kRecordNotFound, "the log is empty");
}

absl::Status Contradicts(const absl::Status& why, const Checkpoint& newest, absl::string_view note,
                         KeptCheckpoints* kept) {
  MRG_ASSIGN_OR_RETURN(const std::string evidence, kept->KeepContradicting(newest, note));
  absl::string_view text = why.message();
  absl::ConsumePrefix(&text, absl::StrCat(TokenOf(Reason::kLogContradicted), ": "));
  return MakeError(Reason::kLogContradicted,
                   absl::StrCat(newest.origin, ": ", text, "; both signed, kept is ",
                                kept->PathOf(newest.origin), ", contradicting ", evidence));
}

}  // namespace

absl::StatusOr<Checkpoint> ReadOlderCheckpoint(absl::string_view what, absl::string_view note,
                                               const std::string& origin,
                                               std::span<const PublicKey> keys) {
  const absl::StatusOr<Checkpoint> body = ParseCheckpointBody(note);
  if (!body.ok()) return Invalid(what, body.status());
  if (body->origin != origin) {
    return MakeError(Reason::kReceiptCheckpointInvalid,
                     absl::StrCat(what, ": is of the log ", body->origin, ", expected ", origin));
  }
  absl::StatusOr<Checkpoint> checkpoint = ParseCheckpointOfAnyKey(note, origin, keys);
  if (!checkpoint.ok()) return Invalid(what, checkpoint.status());
  if (checkpoint->size > 0) return checkpoint;
  return MakeError(Reason::kReceiptCheckpointInvalid,
                   absl::StrCat(what, ": expected at least one record"));
}

absl::StatusOr<FollowedLog> FollowLog(const ServedLog& log, const MemberId& publisher,
                                      std::span<const LogKey> log_keys, const std::string& state,
                                      absl::Time now) {
  // Before the log is asked, or it could seem shorter than what another process has kept meanwhile.
  MRG_ASSIGN_OR_RETURN(const std::unique_ptr<KeptCheckpoints> kept,
                       KeptCheckpoints::Open(state, publisher));
  MRG_ASSIGN_OR_RETURN(const std::string note, NewestNote(log, *kept));
  FollowedLog followed;
  MRG_ASSIGN_OR_RETURN(followed.newest, VerifyNewest(note, log_keys, publisher, now));
  const std::string& origin = followed.newest.origin;
  for (const LogKey& key : log_keys) {
    if (key.origin == origin) followed.keys.push_back(key.key);
  }
  followed.file = kept->PathOf(origin);
  followed.others = kept->Origins();
  std::erase(followed.others, origin);
  MRG_ASSIGN_OR_RETURN(const std::optional<std::string> kept_note, kept->NoteOf(origin));
  if (kept_note.has_value()) {
    MRG_ASSIGN_OR_RETURN(const Checkpoint before,
                         ReadOlderCheckpoint(followed.file, *kept_note, origin, followed.keys));
    const absl::Status continues = log.CheckContinues(before, followed.newest);
    if (ReasonOf(continues) == Reason::kLogContradicted) {
      return Contradicts(continues, followed.newest, note, kept.get());
    }
    MRG_RETURN_IF_ERROR(continues);
    followed.before = before.size;
    if (before.size == followed.newest.size) return followed;
  }
  MRG_RETURN_IF_ERROR(kept->Keep(origin, note));
  return followed;
}

}  // namespace mrg
