#include "gateway/rpc/server/request_bytes.h"

#include <string>
#include <vector>

#include "gateway/base/reason.h"
#include "grpcpp/support/slice.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/recognition.pb.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeRequest;

// Result: the bytes as gRPC hands over a long message, in pieces.
grpc::ByteBuffer InPieces(const std::string& bytes, size_t piece) {
  std::vector<grpc::Slice> slices;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    slices.emplace_back(bytes.substr(at, piece));
  }
  return grpc::ByteBuffer(slices.data(), slices.size());
}

RecognizeRequest Request() {
  RecognizeRequest request;
  request.set_request_id("a");
  request.mutable_presentation()->mutable_detached()->set_document(std::string(1000, 'd'));
  return request;
}

constexpr size_t kBytesMax = 1 << 20;

TEST(RequestBytes, AMessageInPiecesParsesAndTheBufferStaysWhole) {
  const std::string bytes = Request().SerializeAsString();
  for (const size_t piece : {size_t{1}, size_t{7}, bytes.size()}) {
    const grpc::ByteBuffer buffer = InPieces(bytes, piece);
    RecognizeRequest parsed;

    EXPECT_TRUE(ParseRequest(buffer, kBytesMax, &parsed).ok()) << piece;

    EXPECT_EQ(parsed.SerializeAsString(), bytes) << piece;
    EXPECT_TRUE(ParseRequest(buffer, kBytesMax, &parsed).ok()) << piece << ", again";
  }
}

TEST(RequestBytes, WhatIsWrongWithAMessageInPiecesIsNamed) {
  RecognizeRequest bad_text = Request();
  bad_text.mutable_expected_holder()->set_name("\xC0\x80");
  const std::string cut = Request().SerializeAsString();
  RecognizeRequest parsed;

  EXPECT_EQ(
      FieldOf(ParseRequest(InPieces(bad_text.SerializePartialAsString(), 7), kBytesMax, &parsed)),
      "expected_holder.name");
  EXPECT_EQ(ReasonOf(ParseRequest(InPieces(cut.substr(0, cut.size() - 1), 7), kBytesMax, &parsed)),
            Reason::kFieldMalformed);
}

TEST(RequestBytes, AMessageAboveTheBoundIsNotParsed) {
  const std::string bytes = Request().SerializeAsString();
  RecognizeRequest parsed;

  EXPECT_TRUE(ParseRequest(InPieces(bytes, 7), bytes.size(), &parsed).ok());
  EXPECT_EQ(ReasonOf(ParseRequest(InPieces(bytes, 7), bytes.size() - 1, &parsed)),
            Reason::kMessageTooLarge);
}

TEST(RequestBytes, AnEmptyMessageIsOne) {
  RecognizeRequest parsed = Request();

  EXPECT_TRUE(ParseRequest(InPieces("", 7), kBytesMax, &parsed).ok());

  EXPECT_EQ(parsed.request_id(), "");
}

}  // namespace
}  // namespace mrg
