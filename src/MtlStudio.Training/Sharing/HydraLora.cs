using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Sharing;

/// <summary>HydraLoRA (Tian et al. 2024): y = W x + α/r · Σᵢ ωᵢ(x) Bᵢ A x with ω(x) = softmax(G x) for every token: A is shared, the Bᵢ are mixed by a router. It is told no task.</summary>
public static class HydraLora
{
    internal const string PeftType = "HYDRA_LORA";

    /// <exception cref="InvalidInputException">An option is out of range or a target fits nothing.</exception>
    public static Adapter Attach(CausalLm model, RoutedOptions options, long seed) => Adapter.New(model, Plan(model, options, options.Match(model, "heads")), seed);

    internal static AdapterPlan Read(AdapterSource source)
    {
        var options = RoutedOptions.Read(source.Config);
        var (linears, _) = ModuleTargets.Match(source.Model, options.Choice, new FaultList(source.Config));
        return Plan(source.Model, options, linears);
    }

    private static AdapterPlan Plan(CausalLm model, RoutedOptions options, IReadOnlyList<Linear> linears) =>
        new(options.Config(PeftType), [.. linears.Select(layer => new Part(model, layer, options))]);

    /// <summary>α/r · Σᵢ ωᵢ(x) Bᵢ A x: (tokens, out).</summary>
    /// <param name="x">(tokens, in)</param>
    /// <param name="a">(r, in)</param>
    /// <param name="b">(n, out, r)</param>
    /// <param name="router">G: (n, in)</param>
    internal static Tensor Added(Tensor x, Tensor read, Tensor a, Tensor b, Tensor router, double scaling)
    {
        var mixture = functional.softmax(functional.linear(x, router), dim: -1); // (tokens, n)
        var low = functional.linear(read, a).mul(Scalars.Of(scaling)); // (tokens, r)
        return UpProjections.Sum(mixture.unsqueeze(2).mul(low.unsqueeze(1)), b);
    }

    private sealed class Part(CausalLm model, Linear layer, RoutedOptions options) : IAdapterPart, ILinearAdapter
    {
        private ParameterSlot A { get; } = new($"{layer.Name}.hydra_A", [options.Rank, layer.InFeatures]);
        private ParameterSlot B { get; } = new($"{layer.Name}.hydra_B", [options.Count, layer.OutFeatures, options.Rank], ParameterStart.Zeros);
        private ParameterSlot Router { get; } = new($"{layer.Name}.hydra_router", [options.Count, layer.InFeatures]);

        public IReadOnlyList<AdapterTensor> Tensors => [AdapterTensor.Of(A), AdapterTensor.Of(B), AdapterTensor.Of(Router)];

        public void Start(long seed)
        {
            A.Uniform(model, 1 / Math.Sqrt(layer.InFeatures), seed);
            B.Constant(model, 0);
            Router.Uniform(model, 1 / Math.Sqrt(layer.InFeatures), seed);
        }

        public void PutOn() => LinearPart.PutOn(layer, this);

        public void TakeOff() => LinearPart.TakeOff(layer, this);

        public Tensor Forward(Linear layer, Tensor x, ForwardPass pass)
        {
            var read = pass.Dropout is null ? x : pass.Dropout.Apply(x, options.Dropout, layer.Name);
            return layer.Base(x).add(Added(x, read, A.Value, B.Value, Router.Value, options.Scaling), Scalars.One);
        }

        public void Merge(MergedWeights weights) => throw MergedWeights.Impossible("HydraLoRA", "its router chooses anew for every token");
    }
}
