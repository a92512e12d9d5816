#ifndef MRG_GATEWAY_CLI_KEY_REPLACE_COMMAND_H_
#define MRG_GATEWAY_CLI_KEY_REPLACE_COMMAND_H_

// `mrgctl keys replace`: a new key file in the place of one that was stolen, lost or has served its
// time, and its listing staged for signature.
//
// Threads: one process at a time changes a folder of keys and a repository.

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/cli/display.h"

namespace mrg {

struct KeyReplaceFlags {
  std::string role;        // timestamp, snapshot, targets, status, log or j-NN
  std::string dir;         // folder of `mrgctl keys init`
  std::string repository;  // folder of the repository
  std::string log_id;      // of the log that begins, with role log
  std::string scheme;      // of a province's key that is lost; empty: sm2-sm3
};

// Adds the subcommand to `keys`. Result: what was added.
CLI::App* AddKeyReplace(CLI::App* keys, KeyReplaceFlags* flags);

// Makes the key and stages its listing; the key file that was there is moved to the folder's part
// `ended`. Prints what comes next. Errors, after which the key files are as before: those of
// ReplaceRoleKey and ReplaceLogKey; KEY_FILE_INVALID; FIELD_REQUIRED naming --log-id.
absl::Status ReplaceKey(const KeyReplaceFlags& flags, absl::Time now, Display& out);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_KEY_REPLACE_COMMAND_H_
