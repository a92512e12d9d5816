// The public JSON parsing test suite (vectors/json-parsing, https://github.com/nst/JSONTestSuite):
// y_ must be accepted, n_ refused, i_ is the reader's choice. We refuse more than RFC 8259 does,
// since a signature covers bytes and not a reading; each y_ file that we refuse is listed with its
// reason.

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/translation/strict_json.h"
#include "gtest/gtest.h"
#include "tests/conformance/vectors.h"

namespace mrg {
namespace {

constexpr char kFolder[] = "json-parsing/test_parsing";

// y_ files refused on purpose.
const std::map<std::string, std::string>& StricterThanTheSuite() {
  static const auto& stricter = *new std::map<std::string, std::string>{
      {"y_object_duplicated_key.json", "a member name twice has two readings (RFC 7493 2.3)"},
      {"y_object_duplicated_key_and_value.json", "the same, with equal values"},
      {"y_number.json", "123e65 is beyond 2^53 (RFC 7493 2.2)"},
      {"y_number_real_capital_e.json", "1E22 is beyond 2^53"},
      {"y_number_real_exponent.json", "123e45 is beyond 2^53"},
      {"y_number_real_fraction_exponent.json", "123.456e78 is beyond 2^53"},
      {"y_object_extreme_numbers.json", "1.0e+28 is beyond 2^53"},
  };
  return stricter;
}

// Result: names of the suite's files that begin with `prefix`, sorted.
std::vector<std::string> FilesOf(const std::string& prefix) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(VectorsFolder() + "/" + kFolder)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(prefix, 0) == 0) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status Parsed(const std::string& name) {
  return ParseStrictJson(ReadVector(std::string(kFolder) + "/" + name)).status();
}

TEST(JsonVectors, EveryGoodFileIsReadButForTheListedOnes) {
  MRG_NEED_VECTORS();
  const std::vector<std::string> names = FilesOf("y_");
  EXPECT_EQ(names.size(), 95u);
  size_t refused = 0;
  for (const std::string& name : names) {
    const absl::Status status = Parsed(name);
    if (StricterThanTheSuite().count(name) != 0) {
      ++refused;
      EXPECT_EQ(ReasonOf(status), Reason::kDocumentMalformed) << name;
    } else {
      EXPECT_TRUE(status.ok()) << name << ": " << status;
    }
  }
  EXPECT_EQ(refused, StricterThanTheSuite().size()) << "a listed file is not there";
}

TEST(JsonVectors, EveryBadFileIsRefused) {
  MRG_NEED_VECTORS();
  const std::vector<std::string> names = FilesOf("n_");
  EXPECT_EQ(names.size(), 188u);
  for (const std::string& name : names) {
    EXPECT_EQ(ReasonOf(Parsed(name)), Reason::kDocumentMalformed) << name;
  }
}

// Free to choose, we choose to refuse whatever has more than one reading.
TEST(JsonVectors, FilesLeftToTheReaderAreDecidedAsWritten) {
  MRG_NEED_VECTORS();
  const std::vector<std::string> read = {"i_number_double_huge_neg_exp.json",
                                         "i_number_real_underflow.json"};
  const std::vector<std::string> names = FilesOf("i_");
  EXPECT_EQ(names.size(), 35u);
  for (const std::string& name : names) {
    const bool listed = std::find(read.begin(), read.end(), name) != read.end();
    EXPECT_EQ(Parsed(name).ok(), listed) << name;
  }
}

}  // namespace
}  // namespace mrg
