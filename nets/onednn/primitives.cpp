// The one file that knows how primitives are made: oneDNN 2.x wants an operation descriptor first,
// 3.x a primitive descriptor alone. All else in this folder but layouts.cpp is the same for both.
#include "nets/onednn/primitives.h"

#include <string_view>

#include "base/error.h"

namespace vggflow::onednn {
namespace {

using dnnl::algorithm;
using dnnl::prop_kind;

std::string text(const Dims& dims) {
  std::string out = "(";
  for (const auto dim : dims) out += (out.size() > 1 ? ", " : "") + std::to_string(dim);
  return out + ")";
}

template <class Make>
auto attempt(const std::string& what, const Make& make) {
  try {
    return make();
  } catch (const dnnl::error& error) {
    throw Error(Origin::engine, "oneDNN cannot make " + what + ": " + error.message);
  }
}

// The caller owns the scratch memory: one block serves all primitives.
dnnl::primitive_attr attributes(bool relu = false) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (relu) {
    dnnl::post_ops ops;
    ops.append_eltwise(1.0F, algorithm::eltwise_relu, 0.0F, 0.0F);
    attr.set_post_ops(ops);
  }
  return attr;
}

template <class Primitive, class PrimitiveDesc>
Planned planned(const PrimitiveDesc& pd, const std::string& name) {
  Planned out;
  out.primitive = Primitive(pd);
  out.scratchpad = pd.scratchpad_desc();
  out.name = name;
  out.plain = std::string_view(pd.impl_info_str()).find("ref") != std::string_view::npos;
  return out;
}

struct Layouts {
  Desc src, weights, bias, dst;
};

struct Convolution {
  using Forward = dnnl::convolution_forward;
  using BackwardData = dnnl::convolution_backward_data;
  using BackwardWeights = dnnl::convolution_backward_weights;

  static Forward::desc forward(prop_kind kind, const ProductShape& s, const Layouts& l) {
    const Dims pad{s.padding, s.padding};
    return {kind, algorithm::convolution_direct, l.src, l.weights, l.bias, l.dst, kStride, pad,
            pad};
  }
  static BackwardData::desc backward_data(const ProductShape& s, const Layouts& l) {
    const Dims pad{s.padding, s.padding};
    return {algorithm::convolution_direct, l.src, l.weights, l.dst, kStride, pad, pad};
  }
  static BackwardWeights::desc backward_weights(const ProductShape& s, const Layouts& l) {
    const Dims pad{s.padding, s.padding};
    return {algorithm::convolution_direct, l.src, l.weights, l.bias, l.dst, kStride, pad, pad};
  }
  static Desc destination(const ProductShape& s) { return any_layout(s.dst); }
  static inline const Dims kStride{1, 1};
};

struct InnerProduct {
  using Forward = dnnl::inner_product_forward;
  using BackwardData = dnnl::inner_product_backward_data;
  using BackwardWeights = dnnl::inner_product_backward_weights;

  static Forward::desc forward(prop_kind kind, const ProductShape&, const Layouts& l) {
    return {kind, l.src, l.weights, l.bias, l.dst};
  }
  static BackwardData::desc backward_data(const ProductShape&, const Layouts& l) {
    return {l.src, l.weights, l.dst};
  }
  static BackwardWeights::desc backward_weights(const ProductShape&, const Layouts& l) {
    return {l.src, l.weights, l.bias, l.dst};
  }
  // Plain, so that (N, O) and the (N, O, 1, 1) that the next layer sees are the same memory.
  static Desc destination(const ProductShape& s) {
    return {{s.dst[0], s.dst[1]}, dnnl::memory::data_type::f32, dnnl::memory::format_tag::nc};
  }
};

std::string describe(const ProductShape& s, const char* pass) {
  return s.name + " " + (s.convolution ? "convolution" : "inner product") + " " + pass + " " +
         text(s.src) + " -> " + text(s.dst) + ", weights " + text(s.weights);
}

// The layouts of an inner product's output as the next layer sees it.
Desc as_blob(const ProductShape& s, const Desc& dst) {
  return s.convolution ? dst : plain_layout(s.dst);
}

template <class Kind>
typename Kind::Forward::primitive_desc forward_desc(const dnnl::engine& engine, prop_kind kind,
                                                    const ProductShape& s, const Desc& src,
                                                    const Desc& weights) {
  const Layouts layouts{src, weights, plain_layout(s.bias()), Kind::destination(s)};
  return {Kind::forward(kind, s, layouts), attributes(s.relu), engine};
}

template <class Kind>
Planned forward_plan(const typename Kind::Forward::primitive_desc& pd, const ProductShape& s,
                     const std::string& name) {
  auto out = planned<typename Kind::Forward>(pd, name);
  out.src = pd.src_desc();
  out.weights = pd.weights_desc();
  out.dst = as_blob(s, pd.dst_desc());
  return out;
}

template <class Kind>
Planned backward_weights_plan(const dnnl::engine& engine, const ProductShape& s,
                              const Layouts& layouts,
                              const typename Kind::Forward::primitive_desc& forward) {
  const auto name = describe(s, "backward weights");
  return attempt(name, [&] {
    const typename Kind::BackwardWeights::primitive_desc pd(Kind::backward_weights(s, layouts),
                                                            attributes(), engine, forward);
    auto plan = planned<typename Kind::BackwardWeights>(pd, name);
    plan.weights = pd.diff_weights_desc();
    return plan;
  });
}

template <class Kind>
Planned backward_data_plan(const dnnl::engine& engine, const ProductShape& s,
                           const Layouts& layouts,
                           const typename Kind::Forward::primitive_desc& forward) {
  const auto name = describe(s, "backward data");
  return attempt(name, [&] {
    const typename Kind::BackwardData::primitive_desc pd(Kind::backward_data(s, layouts),
                                                         attributes(), engine, forward);
    auto plan = planned<typename Kind::BackwardData>(pd, name);
    plan.weights = pd.weights_desc();
    return plan;
  });
}

template <class Kind>
TrainedProduct product_training(const dnnl::engine& engine, const ProductShape& s, const Desc& src,
                                const Gradients& wanted) {
  TrainedProduct out;
  const auto name = describe(s, "forward");
  const auto describe_forward = [&](const Desc& weights) {
    return attempt(name, [&] {
      return forward_desc<Kind>(engine, prop_kind::forward_training, s, src, weights);
    });
  };
  auto forward = describe_forward(any_layout(s.weights));
  // Activations and their gradients share a layout; each primitive chooses that of its weights.
  Layouts layouts{forward.src_desc(), any_layout(s.weights), plain_layout(s.bias()),
                  forward.dst_desc()};
  if (wanted.weights) {
    out.backward_weights = backward_weights_plan<Kind>(engine, s, layouts, forward);
  }
  if (!s.convolution && s.one_layout) {
    // A matrix product is as fast on either order of its weights, and a copy of large ones is not
    // free: all three take one.
    layouts.weights = wanted.weights ? out.backward_weights.weights : forward.weights_desc();
    forward = describe_forward(layouts.weights);
  }
  out.forward = attempt(name, [&] { return forward_plan<Kind>(forward, s, name); });
  if (wanted.source) out.backward_data = backward_data_plan<Kind>(engine, s, layouts, forward);
  return out;
}

template <class Kind>
Planned product_scoring(const dnnl::engine& engine, const ProductShape& s, const Desc& src) {
  const auto name = describe(s, "forward");
  return attempt(name, [&] {
    return forward_plan<Kind>(
        forward_desc<Kind>(engine, prop_kind::forward_inference, s, src, any_layout(s.weights)), s,
        name);
  });
}

dnnl::pooling_forward::primitive_desc pool_desc(const dnnl::engine& engine, prop_kind kind,
                                                const PoolShape& s) {
  const Dims window{s.window, s.window};
  const Dims none{0, 0};
  return {{kind, algorithm::pooling_max, s.src, any_layout(s.dst), window, window, none, none},
          attributes(),
          engine};
}

std::string describe(const PoolShape& s) {
  return "max pooling " + text(s.src.dims()) + " -> " + text(s.dst);
}

dnnl::lrn_forward::primitive_desc lrn_desc(const dnnl::engine& engine, prop_kind kind,
                                           const LrnShape& s) {
  return {{kind, algorithm::lrn_across_channels, s.src, s.size, static_cast<float>(s.alpha),
           static_cast<float>(s.beta), static_cast<float>(s.k)},
          attributes(),
          engine};
}

std::string describe(const LrnShape& s) {
  return "local response normalisation " + text(s.src.dims()) + " over " + std::to_string(s.size);
}

template <class Primitive, class PrimitiveDesc>
Planned with_workspace(const PrimitiveDesc& pd, const std::string& name) {
  auto out = planned<Primitive>(pd, name);
  out.src = pd.src_desc();
  out.dst = pd.dst_desc();
  out.workspace = pd.workspace_desc();
  return out;
}

}  // namespace

TrainedProduct plan_training(const dnnl::engine& engine, const ProductShape& shape, const Desc& src,
                             const Gradients& wanted) {
  return shape.convolution ? product_training<Convolution>(engine, shape, src, wanted)
                           : product_training<InnerProduct>(engine, shape, src, wanted);
}

Planned plan_scoring(const dnnl::engine& engine, const ProductShape& shape, const Desc& src) {
  return shape.convolution ? product_scoring<Convolution>(engine, shape, src)
                           : product_scoring<InnerProduct>(engine, shape, src);
}

Trained plan_training(const dnnl::engine& engine, const PoolShape& s) {
  return attempt(describe(s), [&] {
    const auto forward = pool_desc(engine, prop_kind::forward_training, s);
    const Dims window{s.window, s.window};
    const Dims none{0, 0};
    const dnnl::pooling_backward::primitive_desc backward(
        {algorithm::pooling_max, s.src, forward.dst_desc(), window, window, none, none},
        attributes(), engine, forward);
    return Trained{with_workspace<dnnl::pooling_forward>(forward, describe(s)),
                   planned<dnnl::pooling_backward>(backward, describe(s) + " backward")};
  });
}

Planned plan_scoring(const dnnl::engine& engine, const PoolShape& s) {
  return attempt(describe(s), [&] {
    return with_workspace<dnnl::pooling_forward>(pool_desc(engine, prop_kind::forward_inference, s),
                                                 describe(s));
  });
}

Trained plan_training(const dnnl::engine& engine, const LrnShape& s) {
  return attempt(describe(s), [&] {
    const auto forward = lrn_desc(engine, prop_kind::forward_training, s);
    const dnnl::lrn_backward::primitive_desc backward(
        {algorithm::lrn_across_channels, s.src, s.src, s.size, static_cast<float>(s.alpha),
         static_cast<float>(s.beta), static_cast<float>(s.k)},
        attributes(), engine, forward);
    return Trained{with_workspace<dnnl::lrn_forward>(forward, describe(s)),
                   planned<dnnl::lrn_backward>(backward, describe(s) + " backward")};
  });
}

Planned plan_scoring(const dnnl::engine& engine, const LrnShape& s) {
  return attempt(describe(s), [&] {
    return with_workspace<dnnl::lrn_forward>(lrn_desc(engine, prop_kind::forward_inference, s),
                                             describe(s));
  });
}

Trained plan_relu(const dnnl::engine& engine, const Desc& data) {
  const auto name = "ReLU " + text(data.dims());
  return attempt(name, [&] {
    constexpr auto kRelu = algorithm::eltwise_relu_use_dst_for_bwd;
    const dnnl::eltwise_forward::primitive_desc forward(
        {prop_kind::forward_training, kRelu, data, 0.0F, 0.0F}, attributes(), engine);
    const dnnl::eltwise_backward::primitive_desc backward({kRelu, data, data, 0.0F, 0.0F},
                                                          attributes(), engine, forward);
    return Trained{planned<dnnl::eltwise_forward>(forward, name),
                   planned<dnnl::eltwise_backward>(backward, name + " backward")};
  });
}

Planned plan_reorder(const dnnl::engine& engine, const Desc& from, const Desc& to) {
  const auto name = "reorder " + text(from.dims());
  return attempt(name, [&] {
    const dnnl::reorder::primitive_desc pd(engine, from, engine, to, attributes());
    return planned<dnnl::reorder>(pd, name);
  });
}

}  // namespace vggflow::onednn
