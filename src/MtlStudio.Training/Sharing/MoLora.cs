using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Sharing;

/// <summary>Options of <see cref="MoLora"/>.</summary>
public sealed record MoLoraOptions : RoutedOptions
{
    /// <summary>Experts that a token uses.</summary>
    public int TopK { get; init; } = 2;
    /// <summary>Divides the chosen experts' weights by their sum.</summary>
    public bool Renormalize { get; init; } = true;
    /// <summary>Factor on the load balance in the loss; 0: none.</summary>
    public double Balance { get; init; } = 0.01;
}

/// <summary>
/// A mixture of LoRAs (Zadouri et al. 2023): each expert is a LoRA of its own, p = softmax(G x) for every token, and the k
/// likeliest are used (of equal ones those of lower number). The load balance E·Σ fᵢPᵢ (Fedus et al. 2021), f over the
/// N·k assignments of the real tokens and P the mean of p, is added to the loss, the mean over layers; it is 1 when even.
/// </summary>
public static class MoLora
{
    internal const string PeftType = "MO_LORA";

    /// <exception cref="InvalidInputException">An option is out of range or a target fits nothing.</exception>
    public static Adapter Attach(CausalLm model, MoLoraOptions options, long seed)
    {
        var errors = new List<FieldError>();
        if (options.TopK < 1 || options.TopK > options.Count) errors.Add(new("topK", $"Top k must be 1 to the number of experts {options.Count} (you gave {options.TopK})"));
        if (!(options.Balance is >= 0 and < double.PositiveInfinity)) errors.Add(new("balance", $"Balance must be at least 0 (you gave {options.Balance})"));
        return Adapter.New(model, Plan(model, options, options.Match(model, "experts", errors)), seed);
    }

    internal static AdapterPlan Read(AdapterSource source)
    {
        var (shared, config) = (RoutedOptions.Read(source.Config), source.Config);
        var options = new MoLoraOptions
        {
            Rank = shared.Rank, Alpha = shared.Alpha, Dropout = shared.Dropout, Count = shared.Count, TargetModules = shared.TargetModules, Layers = shared.Layers,
            TopK = config.Int("top_k", 2), Renormalize = config.Bool("renormalize", true), Balance = config.Double("balance", 0.01),
        };
        if (options.TopK > options.Count) config.Fault("top_k", $"it is {options.TopK}, and there are {options.Count} experts");
        var (linears, _) = ModuleTargets.Match(source.Model, options.Choice, new FaultList(config));
        return Plan(source.Model, options, linears);
    }

    private static AdapterPlan Plan(CausalLm model, MoLoraOptions options, IReadOnlyList<Linear> linears)
    {
        var config = options.Config(PeftType);
        (config["top_k"], config["renormalize"], config["balance"]) = (options.TopK, options.Renormalize, options.Balance);
        return new(config, [.. linears.Select(layer => new Part(model, layer, options, linears.Count))]);
    }

    /// <summary>p, and the weights by expert of what each token uses (0 for the others): each (tokens, E).</summary>
    internal static (Tensor Probabilities, Tensor Gates, Tensor Chosen) Route(Tensor x, Tensor router, int topK, bool renormalize)
    {
        var p = functional.softmax(functional.linear(x, router), dim: -1);
        var chosen = sort(p.detach(), 1, descending: true, stable: true).indices.narrow(1, 0, topK); // (tokens, k)
        var kept = p.gather(1, chosen);
        if (renormalize) kept = kept.div(kept.sum(1, keepdim: true));
        return (p, zeros_like(p).scatter(1, chosen, kept), zeros_like(p.detach()).scatter(1, chosen, ones_like(kept.detach())));
    }

    /// <summary>Σᵢ gateᵢ · scaling · Bᵢ Aᵢ x: (tokens, out).</summary>
    /// <param name="a">(E, r, in)</param>
    /// <param name="b">(E, out, r)</param>
    internal static Tensor Added(Tensor read, Tensor gates, Tensor a, Tensor b, double scaling)
    {
        var (experts, rank) = (a.shape[0], a.shape[1]);
        var low = functional.linear(read, a.view(experts * rank, -1)).view(-1, experts, rank).mul(Scalars.Of(scaling));
        return UpProjections.Sum(low.mul(gates.unsqueeze(2)), b);
    }

    /// <summary>E·Σ fᵢPᵢ over the rows given, f without gradients.</summary>
    internal static Tensor Balance(Tensor probabilities, Tensor chosen, int topK) =>
        chosen.mean([0]).div(Scalars.Of(topK)).mul(probabilities.mean([0])).sum().mul(Scalars.Of(probabilities.shape[1]));

    private sealed class Part(CausalLm model, Linear layer, MoLoraOptions options, int layers) : IAdapterPart, ILinearAdapter
    {
        private ParameterSlot A { get; } = new($"{layer.Name}.experts_A", [options.Count, options.Rank, layer.InFeatures]);
        private ParameterSlot B { get; } = new($"{layer.Name}.experts_B", [options.Count, layer.OutFeatures, options.Rank], ParameterStart.Zeros);
        private ParameterSlot Router { get; } = new($"{layer.Name}.experts_router", [options.Count, layer.InFeatures]);

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
            var (probabilities, gates, chosen) = Route(x, Router.Value, options.TopK, options.Renormalize);
            if (pass.Penalties is not null && options.Balance > 0)
            {
                var real = pass.RealTokens();
                var (p, c) = real is null ? (probabilities, chosen) : (probabilities.index_select(0, real), chosen.index_select(0, real));
                pass.Penalties.Add(Balance(p, c, options.TopK).mul(Scalars.Of(options.Balance / layers)).DetachFromDisposeScope());
            }
            var read = pass.Dropout is null ? x : pass.Dropout.Apply(x, options.Dropout, layer.Name);
            return layer.Base(x).add(Added(read, gates, A.Value, B.Value, options.Scaling), Scalars.One);
        }

        public void Merge(MergedWeights weights) => throw MergedWeights.Impossible("A mixture of LoRAs", "its router chooses anew for every token");
    }
}
