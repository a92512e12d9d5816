#include "gateway/federation/in_force/trust_view_builder.h"

#include <utility>

#include "gateway/base/status_macros.h"
#include "gateway/federation/in_force/member_content.h"

namespace mrg {
namespace {

absl::StatusOr<TrustView::Publisher> BuildPublisher(const DatedSet& dated, const BlobReader& blobs,
                                                    const std::vector<const TrustView*>& earlier) {
  TrustView::Publisher publisher{std::make_shared<const InForceSet>(dated.set), nullptr,
                                 dated.since};
  const MemberContent* previous = nullptr;
  for (const TrustView* view : earlier) {
    const TrustView::Publisher* const before =
        view == nullptr ? nullptr : view->Find(dated.set.publisher);
    if (before == nullptr) continue;
    if (SameInForce(*before->set, dated.set)) {
      publisher.content = before->content;
      return publisher;
    }
    if (previous == nullptr) previous = before->content.get();
  }
  MRG_ASSIGN_OR_RETURN(MemberContent content, ReadMemberContent(dated.set, blobs, previous));
  publisher.content = std::make_shared<const MemberContent>(std::move(content));
  return publisher;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const TrustView>> BuildTrustView(
    const SnapshotOwner& owner, const std::vector<DatedSet>& sets, const BlobReader& blobs,
    const std::vector<const TrustView*>& earlier) {
  TrustView::Parts parts{owner.hub, {}, nullptr};
  for (const DatedSet& dated : sets) {
    MRG_ASSIGN_OR_RETURN(TrustView::Publisher publisher, BuildPublisher(dated, blobs, earlier));
    parts.publishers.emplace(dated.set.publisher, std::move(publisher));
  }
  std::vector<PublisherContent> contents;
  for (const auto& [id, publisher] : parts.publishers) {
    contents.push_back(
        {publisher.set.get(), &publisher.content->listed, &publisher.content->federation});
  }
  std::vector<const RecognitionSnapshot*> snapshots;
  for (const TrustView* view : earlier) {
    if (view != nullptr) snapshots.push_back(view->recognition().get());
  }
  MRG_ASSIGN_OR_RETURN(parts.recognition,
                       BuildSnapshot(owner, contents, blobs, std::move(snapshots)));
  return std::make_shared<const TrustView>(std::move(parts));
}

std::vector<DatedSet> SetsOf(const TrustView* view) {
  std::vector<DatedSet> sets;
  if (view == nullptr) return sets;
  for (const auto& [id, publisher] : view->publishers()) {
    sets.push_back({*publisher.set, publisher.since});
  }
  return sets;
}

}  // namespace mrg
