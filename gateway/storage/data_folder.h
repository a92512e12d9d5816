#ifndef MRG_GATEWAY_STORAGE_DATA_FOLDER_H_
#define MRG_GATEWAY_STORAGE_DATA_FOLDER_H_

// The mark by which a data folder states the version of what is stored in it. It is a file beside
// the store's own, so that a folder of another version is refused before anything in it is opened.
//
// Threads: for the start of a process, before others use the folder.

#include <string>

#include "absl/status/status.h"

namespace mrg {

// Raised when rows, leaves or stored messages of an earlier version are not read any more. There is
// no migration: a folder is of the one version that made it.
inline constexpr int kDataFormatVersion = 4;

// The mark's file name; its content is "mrg data format <version>\n".
inline constexpr char kDataFormatFile[] = "FORMAT";

// Claims the folder for this version: one that is missing or empty is made, with mode 0700, and
// marked, durably; one that has the mark stays as it is.
// Errors: CONFIG_INVALID (another version; not empty and without a mark; a mark that is not one; a
// folder or a file in it that others may look into, or of another user),
// STORE_UNAVAILABLE (the folder cannot be read or written). A refused folder is not changed.
absl::Status ClaimDataFolder(const std::string& path);

// Checks that the folder is of this version, and makes nothing. Errors: as ClaimDataFolder, also
// when the folder is missing or empty.
absl::Status CheckDataFolder(const std::string& path);

// Whether files can be written there again: makes as many as a store that opens, with a few
// megabytes in all, durably, and removes them. Unlike the others, also while a store is open there.
// Errors: STORE_UNAVAILABLE with the cause.
absl::Status TryWriting(const std::string& path);

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_DATA_FOLDER_H_
