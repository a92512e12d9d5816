#ifndef MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_VIEW_HOLDER_H_
#define MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_VIEW_HOLDER_H_

// The view in force, the one place where it stands. Publishing swaps one pointer; calls in flight
// keep the view they began with. A reader takes no lock and waits for nobody.

#include <memory>
#include <utility>
#include <vector>

#include "gateway/base/shared_cell.h"
#include "gateway/federation/in_force/trust_view.h"
#include "gateway/membership/contact.h"
#include "gateway/membership/federation_list.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "gateway/witness/log_key_book.h"

namespace mrg {

// Thread-safe. To those who need a part of the view only it is the holder of that part.
class TrustViewHolder : public SnapshotHolder, public LogKeyBook {
 public:
  // Result: the view in force; null until the first Publish.
  std::shared_ptr<const TrustView> View() const { return view_.Load(); }

  std::shared_ptr<const RecognitionSnapshot> Current() const override {
    const std::shared_ptr<const TrustView> view = View();
    return view == nullptr ? nullptr : view->recognition();
  }
  std::vector<LogKey> KeysOf(const MemberId& publisher) const override {
    const std::shared_ptr<const TrustView> view = View();
    return view == nullptr ? std::vector<LogKey>() : view->LogKeysOf(publisher);
  }

  // Result: of the view in force; null before the hub's first set.
  std::shared_ptr<const WorkingCalendar> Calendar() const {
    const std::shared_ptr<const TrustView> view = View();
    return view == nullptr ? nullptr : view->calendar();
  }
  std::shared_ptr<const trustlist::v1::Federation> Federation() const {
    const std::shared_ptr<const TrustView> view = View();
    return view == nullptr ? nullptr : view->federation();
  }

  // The old view ends here, or when the last call that holds it does.
  void Publish(std::shared_ptr<const TrustView> view) { view_.Store(std::move(view)); }

 private:
  SharedCell<const TrustView> view_;
};

// The hub's list of members in the view in force. Thread-safe.
class FederationInForce : public FederationList {
 public:
  // `holder` must outlive this.
  explicit FederationInForce(const TrustViewHolder* holder) : holder_(holder) {}
  std::shared_ptr<const trustlist::v1::Federation> Current() const override {
    return holder_->Federation();
  }

 private:
  const TrustViewHolder* const holder_;
};

// What members have signed about where they are, in the view in force. Thread-safe.
class ContactsInForce : public MemberContacts {
 public:
  // `holder` must outlive this.
  explicit ContactsInForce(const TrustViewHolder* holder) : holder_(holder) {}
  std::shared_ptr<const trustlist::v1::Contact> Of(const MemberId& member) const override {
    const std::shared_ptr<const TrustView> view = holder_->View();
    return view == nullptr ? nullptr : view->ContactOf(member);
  }

 private:
  const TrustViewHolder* const holder_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_VIEW_HOLDER_H_
