#include "gateway/daemon/revocation_watch.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace mrg {

RevocationWatch::RevocationWatch(NodeGround* ground, TlsPeerIdentity* identity)
    : ground_(ground), identity_(identity) {
  // Of no state: the files may have changed since the configuration was read.
  Show(ground_->config.revocations);
}

void RevocationWatch::Look() {
  if (ground_->config.crl_paths.empty()) return;
  std::string state = StateOfFiles();
  if (state == state_) return;
  state_ = std::move(state);
  absl::StatusOr<RevocationsByDomain> revocations = LoadRevocations(ground_->config.crl_paths);
  if (!revocations.ok()) {
    ground_->events.WriteFailure(Event::kRevocationsRefused, revocations.status());
    return;
  }
  Show(*revocations);
  identity_->ReplaceRevocations(*std::move(revocations));
  ground_->events.Write(Event::kRevocationsLoaded, {{"files", ground_->config.crl_paths.size()}});
}

std::string RevocationWatch::StateOfFiles() const {
  std::string state;
  for (const auto& [domain, path] : ground_->config.crl_paths) {
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0) status = {};
    absl::StrAppend(&state, status.st_ino, " ", status.st_size, " ", status.st_mtim.tv_sec, ".",
                    status.st_mtim.tv_nsec, ";");
  }
  return state;
}

void RevocationWatch::Show(const RevocationsByDomain& revocations) const {
  absl::Time first_end = absl::InfiniteFuture();
  for (const auto& [domain, lists] : revocations) {
    for (const RevocationList& list : lists) first_end = std::min(first_end, list.next_update());
  }
  if (first_end != absl::InfiniteFuture()) ground_->rpc_metrics.SetRevocationsEnd(first_end);
}

}  // namespace mrg
