// Free text as people and attackers write it: the big list of naughty strings and every character
// of GB18030's two-byte codes pass through a document unchanged, or are reported, never cut.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/catalogue/catalogue.h"
#include "gateway/catalogue/check_digits.h"
#include "gateway/catalogue/licence_number.h"
#include "gateway/translation/compiled_pack.h"
#include "gateway/translation/strict_json.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gtest/gtest.h"
#include "tests/conformance/vectors.h"

namespace mrg {
namespace {

constexpr char kAddress[] = "face.idcard.address";

std::vector<std::string> NaughtyStrings() {
  const auto list = ParseStrictJson(ReadVector("naughty-strings/blns.json"));
  EXPECT_TRUE(list.ok()) << list.status();
  std::vector<std::string> strings;
  for (const JsonValue& item : list->items) strings.push_back(item.text);
  return strings;
}

void AppendUtf8(uint32_t point, std::string* out) {
  if (point < 0x80) {
    out->push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out->push_back(static_cast<char>(0xC0 | point >> 6));
    out->push_back(static_cast<char>(0x80 | (point & 0x3F)));
  } else {
    if (point < 0x10000) {
      out->push_back(static_cast<char>(0xE0 | point >> 12));
    } else {
      out->push_back(static_cast<char>(0xF0 | point >> 18));
      out->push_back(static_cast<char>(0x80 | (point >> 12 & 0x3F)));
    }
    out->push_back(static_cast<char>(0x80 | (point >> 6 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (point & 0x3F)));
  }
}

// The text as an address, through both standards and back.
std::string ThroughBothStandards(const CompiledPack& delta, const CompiledPack& cq,
                                 const std::string& text) {
  gateway::v1::Element address;
  address.set_id(kAddress);
  address.add_values()->set_text(text);
  const auto in_delta = delta.ReadDocument(delta.WriteDocument({address}, {kAddress}).document);
  if (!in_delta.ok() || in_delta->elements.size() != 1) return "lost in delta-reply";
  const auto in_cq = cq.ReadDocument(cq.WriteDocument(in_delta->elements, {kAddress}).document);
  if (!in_cq.ok() || in_cq->elements.size() != 1) return "lost in cq-sample";
  return in_cq->elements[0].values(0).text();
}

TEST(Threat, M02_NaughtyStringsPassThroughBothStandardsUnchanged) {
  MRG_NEED_VECTORS();
  const auto delta = ShippedPack("delta-reply", kIdentityCardType);
  const auto cq = ShippedPack("cq-sample", kIdentityCardType);
  const std::vector<std::string> strings = NaughtyStrings();
  EXPECT_EQ(strings.size(), 509u);
  for (const std::string& text : strings) {
    if (text.empty()) continue;  // says nothing, and is an issue where the pack does not allow it
    EXPECT_EQ(ThroughBothStandards(*delta, *cq, text), text);
  }
}

TEST(Threat, M02_NaughtyStringsAreNoIdentifiersAndNormaliseOnce) {
  MRG_NEED_VECTORS();
  for (const std::string& text : NaughtyStrings()) {
    EXPECT_TRUE(IdentityNumberRefusal(text).has_value()) << text;
    EXPECT_TRUE(SocialCreditCodeRefusal(text).has_value()) << text;
    EXPECT_TRUE(LicenceIdentifierRefusal(text).has_value()) << text;
    if (const auto number = NormaliseNumber("number", text); number.ok()) {
      EXPECT_EQ(NormaliseNumber("number", *number).value_or(""), *number) << text;
      EXPECT_TRUE(IsUtf8(*number)) << text;
    }
    EXPECT_EQ(NormaliseName(NormaliseName(text)), NormaliseName(text)) << text;
    EXPECT_TRUE(IsUtf8(NormaliseName(text))) << text;
  }
}

TEST(Threat, M02_EveryCharacterOfGb18030PassesThroughBothStandardsUnchanged) {
  MRG_NEED_VECTORS();
  const auto delta = ShippedPack("delta-reply", kIdentityCardType);
  const auto cq = ShippedPack("cq-sample", kIdentityCardType);
  std::istringstream lines(ReadVector("gb18030/index-gb18030.txt"));
  std::string line;
  std::string batch;
  size_t count = 0;
  while (std::getline(lines, line)) {
    const size_t hex = line.find("\t0x");
    if (line.empty() || line[0] == '#' || hex == std::string::npos) continue;
    AppendUtf8(static_cast<uint32_t>(std::strtoul(line.c_str() + hex + 3, nullptr, 16)), &batch);
    if (++count % 100 == 0) {
      ASSERT_EQ(ThroughBothStandards(*delta, *cq, batch), batch) << line;
      batch.clear();
    }
  }
  EXPECT_EQ(count, 23940u);
  // Rare characters in names, which GB18030 writes in four bytes.
  EXPECT_EQ(ThroughBothStandards(*delta, *cq, "𠮷𪚥㐀䶵"), "𠮷𪚥㐀䶵");
}

}  // namespace
}  // namespace mrg
