#include "gateway/answer/queue_worker.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "dispute/dispute_id.h"

namespace mrg {

std::optional<Worker> WorkerOf(const SpiffeId& identity) {
  const std::vector<std::string> path = absl::StrSplit(identity.path(), '/');
  if (path.size() != 4 || path[1] != "worker" || !IsQueueName(path[2])) return std::nullopt;
  return Worker{identity, path[2]};
}

}  // namespace mrg
