#ifndef MRG_GATEWAY_FEDERATION_TESTING_SET_FEDERATION_LIST_H_
#define MRG_GATEWAY_FEDERATION_TESTING_SET_FEDERATION_LIST_H_

// The hub's list of members that a test has put in force.
//
// Threads: of the test.

#include <memory>
#include <utility>

#include "gateway/membership/federation_list.h"

namespace mrg {

class SetFederationList : public FederationList {
 public:
  std::shared_ptr<const trustlist::v1::Federation> Current() const override { return current_; }
  void Publish(trustlist::v1::Federation list) {
    current_ = std::make_shared<const trustlist::v1::Federation>(std::move(list));
  }

 private:
  std::shared_ptr<const trustlist::v1::Federation> current_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_TESTING_SET_FEDERATION_LIST_H_
