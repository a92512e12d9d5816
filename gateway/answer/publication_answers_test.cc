#include "gateway/answer/publication_answers.h"

#include <string>

#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/testing/own_repository.h"

namespace mrg {
namespace {

using gateway::v1::PublishRequest;
using gateway::v1::UploadContentRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PublicationAnswersTest : public OwnRepositoryTest {
 protected:
  // The product of the first ceremony, with or without the files that it lists.
  PublishRequest Ceremony(bool with_content) {
    const Publication first = First();
    PublishRequest request;
    for (const auto& [name, bytes] : first.metadata) {
      auto* const file = request.add_metadata();
      file->set_name(name);
      file->set_content(bytes);
    }
    for (const auto& [path, content] : first.targets) {
      if (!with_content) continue;
      auto* const file = request.add_targets();
      file->set_path(path);
      file->set_content(content);
    }
    return request;
  }

  KeptEvents events_;
};

TEST_F(PublicationAnswersTest, TheAnswerSaysWhatIsInForceAndSinceWhen) {
  const auto answer = Publish(publisher_.get(), &events_, Ceremony(/*with_content=*/true), kStart);

  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->in_force_at().seconds(), absl::ToUnixSeconds(kStart));
  std::string roles;
  for (const auto& role : answer->roles()) roles += role.role() + " ";
  EXPECT_EQ(roles, "j-31 root snapshot status targets timestamp ");
  EXPECT_EQ(answer->roles(1).version(), 1);
  EXPECT_GT(answer->roles(1).expires().seconds(), answer->in_force_at().seconds());
  EXPECT_THAT(events_.Take(), IsEmpty());
}

TEST_F(PublicationAnswersTest, ARefusalIsToldToTheEventsAndAMalformedRequestIsNot) {
  EXPECT_EQ(
      ReasonOf(
          Publish(publisher_.get(), &events_, Ceremony(/*with_content=*/false), kStart).status()),
      Reason::kTargetNotFound);
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("trust_publication_refused")));

  EXPECT_EQ(FieldOf(Publish(publisher_.get(), &events_, {}, kStart).status()), "metadata");
  EXPECT_THAT(events_.Take(), IsEmpty());
  EXPECT_FALSE((*publisher_->InForce()).has_value());
}

TEST_F(PublicationAnswersTest, ContentThatCameAheadNeedNotComeWithThePublication) {
  ContentUpload upload(publisher_.get());
  UploadContentRequest message;
  message.add_content("something else");
  ASSERT_TRUE(upload.Take(message).ok());
  message.set_content(0, "the list");
  message.set_complete(true);
  ASSERT_TRUE(upload.Take(message).ok());

  const auto uploaded = upload.Finish();

  ASSERT_TRUE(uploaded.ok()) << uploaded.status();
  EXPECT_EQ(uploaded->items(), 2u);
  EXPECT_TRUE(Publish(publisher_.get(), &events_, Ceremony(/*with_content=*/false), kStart).ok());
}

TEST_F(PublicationAnswersTest, AnUploadThatBrokeOffIsNotAnswered) {
  ContentUpload upload(publisher_.get());
  UploadContentRequest message;
  message.add_content("the list");
  ASSERT_TRUE(upload.Take(message).ok());

  EXPECT_EQ(FieldOf(upload.Finish().status()), "complete");
}

}  // namespace
}  // namespace mrg
