using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Weighting;

namespace MtlStudio.Trainer.Weigh;

/// <summary>One sequence of steps under one policy, from JSON to JSON.</summary>
internal static class WeighCase
{
    /// <summary>Words a case may carry for its reader.</summary>
    private static readonly string[] Remarks = ["id", "name", "note", "problem", "policy"];

    /// <param name="node">An object with steps, or one step by itself.</param>
    /// <param name="shared">Options of the command line; the case's own go before them.</param>
    /// <exception cref="InvalidInputException">Every fault by its place.</exception>
    public static JsonObject Run(MethodDescriptor policy, JsonObject node, JsonObject shared, long seed)
    {
        var errors = new List<FieldError>();
        var steps = StepsOf(node, errors);
        Throw(errors);
        var names = Names(node["tasks"], steps, errors);
        Throw(errors);
        var options = new JsonObject();
        foreach (var (name, value) in shared.Concat(node["options"] as JsonObject ?? [])) options[name] = value?.DeepClone();
        var values = WeighOptions.Read(policy, options, names.Count, "options", errors);
        if (node["options"] is not (null or JsonObject)) errors.Add(new("options", "This must be an object"));
        if (node["state"] is not (null or JsonObject)) errors.Add(new("state", "This must be an object: a state as the command gives it"));
        var reader = new WeighStepReader(names, errors);
        var read = steps.Select((step, t) => reader.Read(step, $"steps[{t}]")).ToList();
        Throw(errors);

        var made = PolicyRegistry.Create(new() { Name = policy.Name, Options = values }, [.. names.Select((name, k) => new TaskSpec { Name = name, LossWeight = Weight(values, k) })]);
        return new() { ["steps"] = new WeighSequence(made, names, seed).Run(read, (node["state"] as JsonObject)?.DeepClone().AsObject()) };
    }

    private static List<JsonObject> StepsOf(JsonObject node, List<FieldError> errors)
    {
        if (node["steps"] is not { } given)
            return [new JsonObject(node.Where(field => field.Key is not ("options" or "state" or "tasks") && !Remarks.Contains(field.Key)).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())))];
        foreach (var (name, _) in node)
            if (name is not ("steps" or "options" or "tasks" or "state") && !Remarks.Contains(name))
                errors.Add(new(name, "A case has no such field: known are steps, options, tasks, state"));
        if (given is not JsonArray { Count: > 0 } list || list.Any(step => step is not JsonObject))
        {
            errors.Add(new("steps", "This must be a list of at least one step, each an object with losses and a jacobian or gram"));
            return [];
        }
        return [.. list.Select(step => step!.AsObject())];
    }

    private static List<string> Names(JsonNode? node, List<JsonObject> steps, List<FieldError> errors)
    {
        if (node is JsonArray list && list.Count > 0 && list.All(item => item?.GetValueKind() == JsonValueKind.String))
        {
            List<string> names = [.. list.Select(item => item!.GetValue<string>())];
            if (names.Distinct().Count() < names.Count) errors.Add(new("tasks", "A name stands there twice: every task needs its own"));
            return names;
        }
        if (node is not null) errors.Add(new("tasks", "This must be a list of the tasks' names"));
        var count = WeighStepReader.Count(steps[0]);
        if (count == 0) errors.Add(new("steps[0]", "It does not say how many tasks there are: give losses, a jacobian or a gram with at least one task"));
        return [.. Enumerable.Range(0, count).Select(k => $"task{k}")];
    }

    private static double Weight(Dictionary<string, JsonElement> options, int task) =>
        options.TryGetValue("weights", out var weights) && weights.ValueKind == JsonValueKind.Array ? weights[task].GetDouble() : 1;

    private static void Throw(List<FieldError> errors)
    {
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }
}
