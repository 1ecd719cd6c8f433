using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft.Weights;

namespace MtlStudio.Training.Peft.Lora;

/// <summary>Makes a LoRA, of the forms that <see cref="LoraOptions"/> has, on a model.</summary>
public static class LoraAdapter
{
    /// <summary>Puts a new LoRA on the model; the model computes what it did.</summary>
    /// <exception cref="InvalidInputException">An option is out of range or a target fits nothing; what would fit is listed.</exception>
    public static Adapter Attach(CausalLm model, LoraOptions options, long seed)
    {
        var errors = new List<FieldError>();
        if (options.Rank < 1) errors.Add(new("rank", $"Rank must be at least 1 (you gave {options.Rank})"));
        if (!double.IsFinite(options.Alpha) || options.Alpha <= 0) errors.Add(new("alpha", $"Alpha must be above 0 (you gave {options.Alpha})"));
        if (!(options.Dropout is >= 0 and < 1)) errors.Add(new("dropout", $"Dropout must be from 0 and below 1 (you gave {options.Dropout})"));
        foreach (var (key, value) in options.RankPattern.Where(entry => entry.Value < 1 || entry.Value != Math.Floor(entry.Value))) errors.Add(new("rankPattern", $"The rank of \"{key}\" must be a whole number from 1 (you gave {value})"));
        foreach (var (key, value) in options.AlphaPattern.Where(entry => !(entry.Value > 0))) errors.Add(new("alphaPattern", $"The alpha of \"{key}\" must be above 0 (you gave {value})"));
        var (linears, tables) = ModuleTargets.Match(model, options.Choice, errors);
        string[] names = [.. linears.Select(layer => layer.Name), .. tables.Select(table => table.Name)];
        if (names.Length > 0)
        {
            ModuleTargets.CheckPatterns("rankPattern", options.RankPattern, names, errors);
            ModuleTargets.CheckPatterns("alphaPattern", options.AlphaPattern, names, errors);
        }
        CheckRanks(options, linears, errors);
        if (options.Dora && tables.Count > 0) errors.Add(new("targetModules", $"DoRA is for linear layers: leave {tables[0].Name} out, or choose plain LoRA"));
        WholeParameters.Check(model, options.ModulesToSave, errors);
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return Adapter.New(model, LoraPlan.Of(model, options), seed);
    }

    // A rank over the smaller side of a layer has more numbers than the layer itself.
    private static void CheckRanks(LoraOptions options, IReadOnlyList<Linear> linears, List<FieldError> errors)
    {
        foreach (var group in linears.Select(layer => (layer.Name, options.Of(layer.Name).Rank, Most: Math.Min(layer.InFeatures, layer.OutFeatures)))
            .Where(layer => layer.Rank > layer.Most).GroupBy(layer => (layer.Rank, layer.Most)))
            errors.Add(new(options.RankPattern.Count > 0 && group.Key.Rank != options.Rank ? "rankPattern" : "rank",
                $"Rank {group.Key.Rank} is over the dimension of {group.First().Name}: give at most {group.Key.Most}, or leave that layer out"));
    }
}
