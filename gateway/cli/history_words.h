#ifndef MRG_GATEWAY_CLI_HISTORY_WORDS_H_
#define MRG_GATEWAY_CLI_HISTORY_WORDS_H_

// The history of a member's lists in words: who signed which version, when it came in force as far
// as that was noted, and what it changed.
//
// Thread-safe: a pure function but for the display.

#include <map>
#include <string>
#include <vector>

#include "gateway/ceremony/history.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/cli/display.h"

namespace mrg {

// Names of keys by SHA-256 of their SubjectPublicKeyInfo, 32 raw bytes.
using KeyNames = std::map<std::string, std::string>;

// Prints one paragraph a version. A key without a name stands by its digest alone, a version
// without a time without one.
void PrintHistory(const std::vector<PublishedVersion>& history, const KeyNames& names,
                  const InForceTimes& times, Display& out);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_HISTORY_WORDS_H_
