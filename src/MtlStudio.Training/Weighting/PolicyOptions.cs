using System.Text.Json;
using MtlStudio.Core.Catalog;

namespace MtlStudio.Training.Weighting;

/// <summary>The options of one policy as the catalog has validated them; absent ones have the catalog's defaults.</summary>
/// <param name="Policy">The catalog's name.</param>
public sealed record PolicyOptions(string Policy, IReadOnlyDictionary<string, JsonElement> Values)
{
    public double Number(string name) => Values.Number(MethodKind.Policy, Policy, name);

    public int Integer(string name) => Values.Integer(MethodKind.Policy, Policy, name);

    public string Text(string name) => Values.Text(MethodKind.Policy, Policy, name) ?? "";

    /// <summary>One number for each task, by name: the option is one number for all, or (outside a spec) a list in the tasks' order.</summary>
    public IReadOnlyDictionary<string, double> PerTask(string name, IReadOnlyList<string> tasks)
    {
        if (!Values.TryGetValue(name, out var value) || value.ValueKind != JsonValueKind.Array)
        {
            var one = Number(name);
            return tasks.ToDictionary(task => task, _ => one);
        }
        return tasks.Select((task, k) => (task, number: value[k].GetDouble())).ToDictionary(pair => pair.task, pair => pair.number);
    }
}
