#ifndef MRG_GATEWAY_DAEMON_RESTORED_FOLDER_H_
#define MRG_GATEWAY_DAEMON_RESTORED_FOLDER_H_

// The start of a node on a folder that was restored from a backup. Whatever the node signed after
// the backup was made is not in the folder, and others hold it: a key that signed it would sign a
// second history. So the node does not start with such a key, whoever can be reached, unless its
// operator answers for it that nothing was signed (ADR-0035).
//
// Threads: for the start, before anything is signed.

#include <span>
#include <string>

#include "absl/status/status.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/config/node_keys.h"

namespace mrg {

// Looks for the mark of a restore in the data folder. A node whose `keys` (HistoryKeys) are others
// than the mark's starts; the mark is settled then, and goes on to refuse the spent ones. `accept`,
// the operator's word, takes it away. The first start after a restore is told by events; nothing is
// done in a folder without a mark. Errors: CONFIG_INVALID naming the field of a spent key,
// STORE_CORRUPT, STORE_UNAVAILABLE; then the mark is as it was.
absl::Status SettleRestore(const std::string& data_dir, const MemberId& member,
                           std::span<const FieldKey> keys, bool accept, EventLog* events);

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_RESTORED_FOLDER_H_
