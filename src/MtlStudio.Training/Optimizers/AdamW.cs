using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Optimizers;

/// <summary>Options of <see cref="AdamW"/>; defaults are PyTorch's.</summary>
public sealed record AdamWOptions(double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0.01)
{
    public static AdamWOptions Of(MethodChoice choice)
    {
        double Option(string name) => choice.Options.Number(MethodKind.Optimizer, choice.Name, name);
        return new(Option("beta1"), Option("beta2"), Option("eps"), Option("weightDecay"));
    }
}

/// <summary>
/// AdamW (Loshchilov, Hutter 2019) over the flat buffer, one fused call a segment. As PyTorch: the decay is decoupled and
/// comes first, p −= rate·decay·p, and ε stands outside the root, after the bias correction.
/// </summary>
public sealed class AdamW : IOptimizer
{
    // ATen has the fused kernel, TorchSharp no binding for it: TorchScript reaches it. The result is read from the list
    // that was changed in place, or the compiler takes the call for dead and drops it.
    private const string Kernel = """
        def step(p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: Tensor, rate: float, beta1: float, beta2: float, decay: float, eps: float):
            values, firsts, seconds = [p], [m], [v]
            torch._fused_adamw_(values, [g], firsts, seconds, [], [t], lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)
            return values[0]

        """;

    private static readonly jit.CompilationUnit Compiled = jit.compile(Kernel);

    private readonly FlatParameters parameters;
    private readonly AdamWOptions options;

    public AdamW(FlatParameters parameters, AdamWOptions options)
    {
        (this.parameters, this.options) = (parameters, options);
        First = zeros_like(parameters.Values).DetachFromDisposeScope();
        Second = zeros_like(parameters.Values).DetachFromDisposeScope();
        Steps = new long[parameters.Segments.Count];
    }

    /// <summary>(P): the running mean of gradients.</summary>
    public Tensor First { get; }

    /// <summary>(P): the running mean of squared gradients.</summary>
    public Tensor Second { get; }

    public IReadOnlyList<NamedTensor> State => [new("first", First), new("second", Second)];
    public long[] Steps { get; }

    public void Step(Tensor gradient, double rate)
    {
        using var quiet = no_grad();
        for (var i = 0; i < parameters.Segments.Count; i++)
        {
            if (!parameters.IsActive(i)) continue;
            using var scope = NewDisposeScope();
            var segment = parameters.Segments[i];
            Tensor Part(Tensor flat) => flat.narrow(0, segment.Start, segment.Length);
            var steps = tensor((float)++Steps[i], device: gradient.device);
            Scalar own = Scalars.Of(rate * segment.RateFactor), decay = Scalars.Of(segment.Decays ? options.WeightDecay : 0);
            Scalar beta1 = Scalars.Of(options.Beta1), beta2 = Scalars.Of(options.Beta2), epsilon = Scalars.Of(options.Epsilon);
            Compiled.invoke("step", Part(parameters.Values), Part(gradient), Part(First), Part(Second), steps, own, beta1, beta2, decay, epsilon);
        }
    }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}
