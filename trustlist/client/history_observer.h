#ifndef MRG_TRUSTLIST_CLIENT_HISTORY_OBSERVER_H_
#define MRG_TRUSTLIST_CLIENT_HISTORY_OBSERVER_H_

// Sees what the client workflow is shown of a publisher's history, before any of it is judged, and
// may stop it. It never makes anything trusted.

#include <cstdint>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace mrg {

// One publisher. Called by one thread at a time. Errors of all: STORE_UNAVAILABLE, STORE_CORRUPT.
class HistoryObserver {
 public:
  virtual ~HistoryObserver() = default;

  // OK while nothing newer of the publisher is held back. Errors: PUBLISHER_FROZEN.
  virtual absl::Status CheckNotFrozen() const = 0;

  // Compares a file of "root" or "timestamp" with the trusted history.
  // Result: true when it agrees, as far as can be proved; false when it contradicts a fork that an
  // operator has answered, so that the client goes on in spite of it.
  // Errors: PUBLISHER_FROZEN when it proves a fork.
  virtual absl::StatusOr<bool> Agrees(absl::string_view role, absl::string_view bytes,
                                      absl::Time now) = 0;

  // Keeps timestamps of the versions from `first` on, which lead to the one that is about to be
  // trusted, for whoever compares histories or has to close the same gap.
  virtual absl::Status KeepEarlier(int64_t first, std::span<const std::string> timestamps) = 0;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_HISTORY_OBSERVER_H_
