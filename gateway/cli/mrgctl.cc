// mrgctl: the command line of operators, pack authors, auditors and provincial staff. The table of
// command families is families.cc; each stands in a file of its own.

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "gateway/cli/display.h"
#include "gateway/cli/families.h"
#include "gateway/cli/words.h"

namespace {

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

int main(int argc, char** argv) {
  std::ostream* const terminal = isatty(STDERR_FILENO) == 1 ? &std::cerr : nullptr;
  mrg::Display out(&std::cout, terminal);
  mrg::Display err(&std::cerr);
  const mrg::Language language =
      mrg::LanguageOfLocale(Variable("LC_ALL"), Variable("LC_MESSAGES"), Variable("LANG"));
  out.SetLanguage(language);
  err.SetLanguage(language);
  const std::vector<std::string> words(argv + 1, argv + argc);
  return mrg::RunWords(words, out, err);
}
