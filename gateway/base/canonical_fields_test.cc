#include "gateway/base/canonical_fields.h"

#include <string>

#include "gtest/gtest.h"

namespace mrg {
namespace {

// Reads all fields. Result: whether the bytes were canonical.
bool ReadsWhole(const std::string& bytes) {
  CanonicalFields fields(bytes);
  while (fields.Next()) {
  }
  return fields.ok();
}

TEST(CanonicalFields, FieldsAreReadInOrder) {
  const std::string bytes("\x08\xAC\x02\x12\x02hi\x12\x00", 9);
  CanonicalFields fields(bytes);

  ASSERT_TRUE(fields.Next());
  EXPECT_EQ(fields.number(), 1u);
  EXPECT_TRUE(fields.is_set_varint());
  EXPECT_EQ(fields.varint(), 300u);
  ASSERT_TRUE(fields.Next());
  EXPECT_EQ(fields.number(), 2u);
  EXPECT_TRUE(fields.is_set_bytes());
  EXPECT_EQ(fields.bytes(), "hi");
  ASSERT_TRUE(fields.Next());
  EXPECT_TRUE(fields.repeats());
  EXPECT_FALSE(fields.is_set_bytes());
  EXPECT_FALSE(fields.is_message());
  EXPECT_FALSE(fields.Next());
  EXPECT_TRUE(fields.ok());
}

TEST(CanonicalFields, ZeroAndEmptyAreToldApartFromWhatAWriterWrites) {
  const std::string bytes("\x08\x00\x12\x00", 4);
  CanonicalFields fields(bytes);

  ASSERT_TRUE(fields.Next());
  EXPECT_FALSE(fields.is_set_varint());
  ASSERT_TRUE(fields.Next());
  EXPECT_FALSE(fields.is_set_bytes());
  EXPECT_TRUE(fields.is_message());
}

TEST(CanonicalFields, VarintsOfTenBytesAreReadAndLongerOnesRefused) {
  const std::string largest = std::string("\x08") + std::string(9, '\xFF') + "\x01";
  CanonicalFields fields(largest);

  ASSERT_TRUE(fields.Next());
  EXPECT_EQ(fields.varint(), ~uint64_t{0});
  EXPECT_FALSE(ReadsWhole(std::string("\x08") + std::string(9, '\xFF') + "\x02"));
  EXPECT_FALSE(ReadsWhole(std::string("\x08") + std::string(10, '\xFF') + "\x01"));
}

TEST(CanonicalFields, OtherFormsOfTheSameFieldsAreRefused) {
  EXPECT_TRUE(ReadsWhole(""));
  EXPECT_TRUE(ReadsWhole("\x08\x01"));
  EXPECT_FALSE(ReadsWhole(std::string("\x08\x81\x00", 3)));    // value in two bytes
  EXPECT_FALSE(ReadsWhole(std::string("\x88\x00\x01", 3)));    // tag in two bytes
  EXPECT_FALSE(ReadsWhole(std::string("\x12\x82\x00hi", 5)));  // length in two bytes
  EXPECT_FALSE(ReadsWhole("\x12\x01x\x08\x01"));               // out of order
  EXPECT_FALSE(ReadsWhole("\x08"));                            // cut
  EXPECT_FALSE(ReadsWhole("\x12\x03hi"));                      // cut
  EXPECT_FALSE(ReadsWhole(std::string("\x00\x01", 2)));        // field number 0
  EXPECT_FALSE(ReadsWhole("\x0D\x01\x02\x03\x04"));            // fixed 32 bits
  EXPECT_FALSE(ReadsWhole("\x0B\x0C"));                        // a group
}

}  // namespace
}  // namespace mrg
