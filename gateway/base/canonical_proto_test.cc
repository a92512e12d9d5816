#include "gateway/base/canonical_proto.h"

#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using google::rpc::BadRequest;
using google::rpc::ErrorInfo;
using google::rpc::Status;

bool IsCanonicalStatus(const std::string& bytes) {
  Status status;
  return ParseCanonicalInto(bytes, &status);
}

TEST(CanonicalProto, BytesAreFieldsInNumberOrderWithoutDefaults) {
  Status status;
  status.set_message("ab");
  status.set_code(1);
  EXPECT_EQ(CanonicalBytes(status),
            "\x08\x01\x12\x02"
            "ab");
  EXPECT_EQ(CanonicalBytes(Status()), "");
}

TEST(CanonicalProto, WhatIsWrittenIsReadAgain) {
  Status status;
  status.set_code(7);
  status.set_message("m");
  const auto read = ParseCanonical<Status>(CanonicalBytes(status), Reason::kRecordNotFound);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->code(), 7);
  EXPECT_EQ(read->message(), "m");
}

TEST(CanonicalProto, MapsHaveOneOrder) {
  ErrorInfo forwards, backwards;
  for (int i = 0; i < 50; ++i) {
    (*forwards.mutable_metadata())["k" + std::to_string(i)] = "v";
    (*backwards.mutable_metadata())["k" + std::to_string(49 - i)] = "v";
  }
  EXPECT_EQ(CanonicalBytes(forwards), CanonicalBytes(backwards));
  ErrorInfo read;
  EXPECT_TRUE(ParseCanonicalInto(CanonicalBytes(forwards), &read));
}

TEST(CanonicalProto, EveryOtherEncodingOfTheSameMessageIsRefused) {
  ASSERT_TRUE(
      IsCanonicalStatus("\x08\x01\x12\x01"
                        "a"));
  EXPECT_FALSE(
      IsCanonicalStatus("\x12\x01"
                        "a"
                        "\x08\x01"));                                  // another order
  EXPECT_FALSE(IsCanonicalStatus("\x08\x81" + std::string(1, '\0')));  // overlong varint
  EXPECT_FALSE(IsCanonicalStatus(std::string("\x08\x00", 2)));         // default written out
  EXPECT_FALSE(IsCanonicalStatus("\x08\x02\x08\x01"));                 // field twice
  EXPECT_FALSE(IsCanonicalStatus("\x08\x01\x20\x01"));                 // unknown field 4
  EXPECT_FALSE(IsCanonicalStatus("\x08"));                             // cut
  EXPECT_FALSE(IsCanonicalStatus("\x12\x02\xff\xff"));                 // not UTF-8
}

TEST(Fault, B07_NothingFollowsAMessage) {
  const std::string whole = "\x08\x01";
  ASSERT_TRUE(IsCanonicalStatus(whole));
  // A tag of 0 and an end of a group both end a message in the parser's eyes.
  for (const std::string& after :
       {std::string(1, '\0'), std::string("\0\x12\x01z", 4), std::string("\x0c"),
        std::string("\x07"), std::string(8, '\0'), std::string("{}")}) {
    EXPECT_FALSE(IsCanonicalStatus(whole + after)) << after;
  }
}

TEST(CanonicalProto, AnUnknownFieldInsideASubmessageIsRefused) {
  // field_violations { field: "a" } and, inside it, field 15 = 1.
  BadRequest message;
  EXPECT_TRUE(
      ParseCanonicalInto("\x0A\x03\x0A\x01"
                         "a",
                         &message));
  EXPECT_FALSE(
      ParseCanonicalInto("\x0A\x05\x0A\x01"
                         "a"
                         "\x78\x01",
                         &message));
}

TEST(CanonicalProto, ARefusalHasTheCallersReason) {
  EXPECT_EQ(ReasonOf(ParseCanonical<Status>("\x08", Reason::kStoreCorrupt).status()),
            Reason::kStoreCorrupt);
}

}  // namespace
}  // namespace mrg
