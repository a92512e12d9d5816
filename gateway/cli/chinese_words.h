#ifndef MRG_GATEWAY_CLI_CHINESE_WORDS_H_
#define MRG_GATEWAY_CLI_CHINESE_WORDS_H_

// The Chinese of what commands say: of their help, and of their answers and refusals.
//
// Thread-safe: constants.

#include <span>

#include "absl/strings/string_view.h"

namespace mrg {

struct ChineseText {
  absl::string_view english;  // one line, without blanks around it
  absl::string_view chinese;
};

// Descriptions of families, commands and options.
std::span<const ChineseText> ChineseHelp();
// The rest.
std::span<const ChineseText> ChineseWords();

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_CHINESE_WORDS_H_
