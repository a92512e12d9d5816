#ifndef MRG_GATEWAY_CLI_LOG_KEPT_CHECKPOINTS_H_
#define MRG_GATEWAY_CLI_LOG_KEPT_CHECKPOINTS_H_

// The newest checkpoints that an auditor has seen of a member's logs, each in a folder of its own:
//   <state>/logs/<member>/<log-id>/checkpoint                   the signed note
//   <state>/logs/<member>/<log-id>/contradicting-<size>-<root>  one that does not go on from it
// Signatures are the caller's work: what is read here is as little trusted as what comes from afar.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/base/identifiers.h"
#include "trustlist/store/locked_folder.h"

namespace mrg {

// `origin` is everywhere "<member>/<log-id>" of the member, as its log-keys target lists it.
// Threads: an object belongs to one thread. Processes: while one holds an object of a member, the
// others wait: none compares with a checkpoint that another is about to replace.
class KeptCheckpoints {
 public:
  // Makes the member's folder when it is missing. Errors: as MakePrivateFolder; STORE_UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<KeptCheckpoints>> Open(const std::string& state,
                                                               const MemberId& member);
  KeptCheckpoints(const KeptCheckpoints&) = delete;
  KeptCheckpoints& operator=(const KeptCheckpoints&) = delete;

  // Result: the logs of which a checkpoint is kept, sorted.
  std::vector<std::string> Origins() const;
  // Where the note of a log stands.
  std::string PathOf(absl::string_view origin) const;
  // Result: the note; nullopt when none was kept. Errors: STORE_UNAVAILABLE.
  absl::StatusOr<std::optional<std::string>> NoteOf(absl::string_view origin) const;

  // Puts `note` in the place of the one before. Errors: STORE_UNAVAILABLE; then that one stays.
  absl::Status Keep(absl::string_view origin, absl::string_view note);
  // Writes the note of `checkpoint` beside the kept one of its log. Result: its path.
  // Errors: STORE_UNAVAILABLE.
  absl::StatusOr<std::string> KeepContradicting(const Checkpoint& checkpoint,
                                                absl::string_view note);

 private:
  KeptCheckpoints(std::string logs, MemberId member, LockedFolder lock)
      : logs_(std::move(logs)), member_(std::move(member)), lock_(std::move(lock)) {}

  const std::string logs_;  // <state>/logs
  const MemberId member_;
  const LockedFolder lock_;  // of the member's folder
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_LOG_KEPT_CHECKPOINTS_H_
