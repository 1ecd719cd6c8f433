using MtlStudio.Core;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft.Lora;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Combining;

/// <summary>Makes one LoRA of several, in double precision and without their model (PEFT's add_weighted_adapter).</summary>
public static class AdapterCombiner
{
    /// <summary>Writes the combined adapter into an existing folder, in float32.</summary>
    /// <param name="folders">PEFT folders of LoRA adapters of one model.</param>
    /// <returns>Modules and the rank of the result.</returns>
    /// <exception cref="InvalidInputException">An option is out of range, or the adapters cannot be combined so.</exception>
    public static (int Modules, int Rank) Write(IReadOnlyList<string> folders, CombineOptions options, string target)
    {
        options.Check(folders.Count);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        List<LoraFactors> adapters = [.. folders.Select(LoraFactors.Read)];
        var combined = Combine(adapters, options, Draws(options.Seed));
        var rank = (int)combined.Max(module => module.Value.A.shape[0]);
        var tensors = new List<NamedTensor>();
        foreach (var (module, (a, b, _)) in combined)
        {
            // All modules have one rank: the others' further rows are 0 and add nothing.
            tensors.Add(new($"{AdapterTensor.Prefix}{module}.lora_A.weight", cat([a, zeros([rank - a.shape[0], a.shape[1]], ScalarType.Float64)], 0).to(float32)));
            tensors.Add(new($"{AdapterTensor.Prefix}{module}.lora_B.weight", cat([b, zeros([b.shape[0], rank - b.shape[1]], ScalarType.Float64)], 1).to(float32)));
        }
        SafetensorsWriter.Write(Path.Combine(target, AdapterTensors.File), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        var made = new LoraOptions { Rank = rank, Alpha = rank, TargetModules = [.. combined.Keys] };
        AdapterFolder.WriteConfig(target, LoraConfigFile.Of(made, adapters.Exists(adapter => adapter.Transposed)), adapters.Find(adapter => !string.IsNullOrEmpty(adapter.BaseModel))?.BaseModel);
        return (combined.Count, rank);
    }

    /// <summary>The factors of the result by module, of scaling 1; a module of some adapters only is combined of those.</summary>
    /// <param name="draw">What DARE keeps, by module, adapter and part ("A", "B" or "delta").</param>
    internal static SortedDictionary<string, LoraFactor> Combine(IReadOnlyList<LoraFactors> adapters, CombineOptions options, Func<string, int, string, Tensor, double, Tensor> draw)
    {
        var combined = new SortedDictionary<string, LoraFactor>(StringComparer.Ordinal);
        var rank = options.Rank ?? (int)adapters.SelectMany(adapter => adapter.Modules.Values).Max(factor => factor.A.shape[0]);
        foreach (var module in adapters.SelectMany(adapter => adapter.Modules.Keys).Distinct())
        {
            var parts = Enumerable.Range(0, adapters.Count).Where(i => adapters[i].Modules.ContainsKey(module)).Select(i => (Adapter: i, Factor: adapters[i].Modules[module], Weight: options.Weights[i])).ToList();
            Tensor Merge(string part, Func<LoraFactor, Tensor> of, Func<double, double, double> weight) => MergeRules.Merge(options.Rule, [.. parts.Select(one => of(one.Factor))], [.. parts.Select(one => weight(one.Weight, one.Factor.Scaling))],
                options.Density, options.MajoritySign, (i, tensor, density) => draw(module, parts[i].Adapter, part, tensor, density));
            if (parts.Select(one => (one.Factor.A.shape[1], one.Factor.B.shape[0])).Distinct().Count() > 1)
                throw new InvalidInputException("--adapters", $"{module} has layers of other sizes in the adapters: they belong to different models");
            if (options.Type == "cat")
                combined[module] = new(cat([.. parts.Select(one => one.Factor.A.mul(Scalars.Of(one.Weight * one.Factor.Scaling)))], 0), cat([.. parts.Select(one => one.Factor.B)], 1), 1);
            else if (options.OnProducts)
                combined[module] = Low(Merge("delta", factor => factor.B.mm(factor.A).mul(Scalars.Of(factor.Scaling)), (weight, _) => weight), rank);
            else if (parts.Select(one => one.Factor.A.shape[0]).Distinct().Count() > 1)
                throw new InvalidInputException("--type", $"\"{options.Type}\" works on the factors, and the ranks of {module} differ ({string.Join(", ", parts.Select(one => one.Factor.A.shape[0]))}): choose cat, svd, or a type that ends with _svd");
            else
                combined[module] = new(Merge("A", factor => factor.A, (weight, scaling) => Math.Sign(weight) * Math.Sqrt(Math.Abs(weight) * scaling)), Merge("B", factor => factor.B, (weight, scaling) => Math.Sqrt(Math.Abs(weight) * scaling)), 1);
        }
        return combined;
    }

    /// <summary>The nearest product of the rank.</summary>
    private static LoraFactor Low(Tensor delta, int rank)
    {
        var (u, s, vh) = linalg.svd(delta, fullMatrices: false);
        var kept = Math.Min(rank, s.shape[0]);
        return new(vh.narrow(0, 0, kept), u.narrow(1, 0, kept).mul(s.narrow(0, 0, kept)), 1);
    }

    /// <summary>Each element is kept with the density's probability; drawn by seed, module, adapter and part.</summary>
    private static Func<string, int, string, Tensor, double, Tensor> Draws(long seed) => (module, adapter, part, tensor, density) =>
    {
        using var generator = new Generator(new KeyedRandom(seed, $"combine/{module}/{adapter}/{part}").NextUInt64() >> 1);
        return empty_like(tensor).bernoulli_(density, generator);
    };
}
