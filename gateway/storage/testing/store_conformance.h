#ifndef MRG_GATEWAY_STORAGE_TESTING_STORE_CONFORMANCE_H_
#define MRG_GATEWAY_STORAGE_TESTING_STORE_CONFORMANCE_H_

// The suite that every OrderedStore passes. An implementation's test instantiates it:
//   INSTANTIATE_TEST_SUITE_P(Memory, StoreConformance, testing::Values(MakeMemoryStoreBed));
//
// Threads: the suite starts threads of its own for the contention tests.

#include <functional>
#include <memory>

#include "gateway/storage/ordered_store.h"
#include "gtest/gtest.h"

namespace mrg {

// One place where stores of one kind live; makes the store under test and opens it again.
class StoreBed {
 public:
  virtual ~StoreBed() = default;
  // Result: the open store, borrowed until Reopen or destruction.
  virtual OrderedStore* store() = 0;
  // Closes and opens the same data. Result: false when the kind keeps nothing (tests then skip).
  virtual bool Reopen() = 0;
};

using MakeStoreBed = std::unique_ptr<StoreBed> (*)();

class StoreConformance : public testing::TestWithParam<MakeStoreBed> {
 protected:
  void SetUp() override { bed_ = GetParam()(); }
  OrderedStore& store() { return *bed_->store(); }

  std::unique_ptr<StoreBed> bed_;
};

// Of stores that hold what was committed over a reopen.
class DurableStoreConformance : public StoreConformance {};

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_TESTING_STORE_CONFORMANCE_H_
