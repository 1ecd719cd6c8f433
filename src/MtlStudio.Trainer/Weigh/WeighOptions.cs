using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Trainer.Weigh;

/// <summary>
/// The options of <c>mtl weigh</c>: those of the catalog, and what a spec has elsewhere (the fixed policy's weights, Auto-λ's
/// primary tasks) or can give for all tasks only (a leak, a least loss).
/// </summary>
internal static class WeighOptions
{
    /// <summary>Lists with one number for each task, beside or instead of the catalog's one number.</summary>
    private static readonly HashSet<(string Policy, string Option)> Lists =
        [("fixed", "weights"), ("auto-lambda", "primary"), ("graddrop", "leak"), ("famo", "min_losses")];

    /// <summary>Where the command's default is not a run's: a step given to it is a window, and GradVac's references have an ε.</summary>
    private static readonly Dictionary<(string Policy, string Option), double> Defaults = new()
    {
        [("dwa", "window")] = 1, [("stch", "steps_per_window")] = 1, [("gradnorm", "window")] = 1, [("gradvac", "eps")] = 1e-8,
    };

    /// <summary>Other names that reference implementations give an option.</summary>
    private static readonly Dictionary<(string Policy, string Option), string> Names = new() { [("nash-mtl", "every")] = "update_weights_every" };

    /// <summary>What a reference takes and an exact answer does not depend on, and how a stored sequence was made.</summary>
    private static readonly HashSet<(string Policy, string Option)> WithoutEffect =
        [("nash-mtl", "optim_niter"), ("coba", "n"), ("gradvac", "scale_spread"), ("gradnorm", "scale_spread")];

    /// <summary>The options as a policy reads them, checked against the catalog.</summary>
    /// <param name="path">What faults are called by.</param>
    public static Dictionary<string, JsonElement> Read(MethodDescriptor policy, JsonObject given, int tasks, string path, List<FieldError> errors)
    {
        var values = new Dictionary<string, JsonElement>();
        foreach (var ((of, option), value) in Defaults)
            if (of == policy.Name) values[option] = JsonSerializer.SerializeToElement(value);
        foreach (var (name, value) in given)
        {
            var at = $"{path}.{name}";
            if (WithoutEffect.Contains((policy.Name, name))) continue;
            var option = Names.GetValueOrDefault((policy.Name, name), name);
            if (value is JsonArray list && Lists.Contains((policy.Name, option))) ReadList(list, tasks, at, errors);
            else if (policy.Parameters.FirstOrDefault(parameter => parameter.Name == option) is { } known) ValueCheck.Check(known, value, at, errors);
            else if (Lists.Contains((policy.Name, option))) errors.Add(new(at, $"This must be a list with one number for each of the {tasks} tasks (you gave {value?.ToJsonString() ?? "null"})"));
            else errors.Add(new(at, $"{policy.Name} has no such option: known are {(Known(policy) is { Length: > 0 } all ? all : "none")}"));
            if (value is not null) values[option] = JsonSerializer.SerializeToElement(value);
        }
        return values;
    }

    private static void ReadList(JsonArray list, int tasks, string path, List<FieldError> errors)
    {
        if (list.Count != tasks) errors.Add(new(path, $"There must be one number for each of the {tasks} tasks (you gave {list.Count})"));
        for (var k = 0; k < list.Count; k++)
            if (list[k]?.GetValueKind() != JsonValueKind.Number) errors.Add(new($"{path}[{k}]", $"This must be a number (you gave {list[k]?.ToJsonString() ?? "null"})"));
    }

    private static string Known(MethodDescriptor policy) =>
        string.Join(", ", policy.Parameters.Select(parameter => parameter.Name).Concat(Lists.Where(list => list.Policy == policy.Name).Select(list => list.Option)).Distinct());
}
