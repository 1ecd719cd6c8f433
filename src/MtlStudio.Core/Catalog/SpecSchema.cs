using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Catalog;

/// <summary>Walks a spec's JSON beside <see cref="SpecFields"/>: unknown fields, wrong types, values out of range, unknown methods and options.</summary>
internal static class SpecSchema
{
    private static readonly Node Root = Build();

    /// <summary>A place in the spec: a leaf has a field, an object has children, a list has entries.</summary>
    private sealed class Node
    {
        public ParameterDescriptor? Field;
        public readonly Dictionary<string, Node> Children = [];
        public bool IsList;
    }

    private static Node Build()
    {
        var root = new Node();
        foreach (var field in SpecFields.All)
        {
            var at = root;
            foreach (var part in field.Name.Split('.'))
            {
                var name = part.EndsWith("[]", StringComparison.Ordinal) ? part[..^2] : part;
                if (!at.Children.TryGetValue(name, out var next)) at.Children[name] = next = new Node { IsList = name != part };
                at = next;
            }
            at.Field = field;
        }
        return root;
    }

    public static void Check(JsonObject spec, ICollection<FieldError> errors) => CheckObject(Root, spec, "", errors);

    private static void CheckObject(Node node, JsonObject value, string path, ICollection<FieldError> errors, params string[] alsoKnown)
    {
        foreach (var (name, item) in value)
        {
            if (alsoKnown.Contains(name)) continue;
            if (!node.Children.TryGetValue(name, out var child))
                errors.Add(new(Join(path, name), $"There is no such field: known here are {string.Join(", ", node.Children.Keys.Concat(alsoKnown).Order())}"));
            else if (child.IsList) CheckList(child, item, Join(path, name), errors);
            else CheckChild(child, item, Join(path, name), errors);
        }
        foreach (var (name, child) in node.Children)
            if (!value.ContainsKey(name)) CheckMissing(child, Join(path, name), errors);
    }

    private static void CheckChild(Node node, JsonNode? value, string path, ICollection<FieldError> errors)
    {
        if (node.Field is { Type: ParameterType.Method } method) CheckMethod(node, method, value, path, errors);
        else if (node.Field is { } field) ValueCheck.Check(field, value, path, errors);
        else if (value is JsonObject inner) CheckObject(node, inner, path, errors);
        else if (value is not null) errors.Add(new(path, $"This must be an object with {string.Join(", ", node.Children.Keys)} (you gave {ValueCheck.Show(value)})"));
    }

    private static void CheckList(Node node, JsonNode? value, string path, ICollection<FieldError> errors)
    {
        if (value is not JsonArray list)
        {
            errors.Add(new(path, $"This must be a list (you gave {ValueCheck.Show(value)})"));
            return;
        }
        for (var i = 0; i < list.Count; i++)
            if (list[i] is JsonObject entry) CheckObject(node, entry, $"{path}[{i}]", errors);
            else errors.Add(new($"{path}[{i}]", $"This must be an object (you gave {ValueCheck.Show(list[i])})"));
    }

    private static void CheckMissing(Node node, string path, ICollection<FieldError> errors)
    {
        if (node.IsList) return;
        if (node.Field is { Required: true } field) ValueCheck.Check(field, null, path, errors);
        // An optional object (as baseline) may be absent; its required fields count only where it is there.
        if (node.Field is null && node.Children.Values.Any(child => child.Field is { Required: true }))
            foreach (var (name, child) in node.Children) CheckMissing(child, Join(path, name), errors);
    }

    private static void CheckMethod(Node node, ParameterDescriptor field, JsonNode? value, string path, ICollection<FieldError> errors)
    {
        if (value is not JsonObject choice)
        {
            errors.Add(new(path, $"{field.Title} must be an object with name and options (you gave {ValueCheck.Show(value)})"));
            return;
        }
        CheckObject(node, choice, path, errors, "name", "options");
        var names = MethodCatalog.OfKind(field.Method!.Value).Select(method => method.Name);
        if (choice["name"] is not JsonValue given || given.GetValueKind() != JsonValueKind.String || MethodCatalog.Find(field.Method.Value, given.GetValue<string>()) is not { } found)
        {
            errors.Add(new($"{path}.name", $"{field.Title} must be one of {string.Join(", ", names)} (you gave {ValueCheck.Show(choice["name"])})"));
            return;
        }
        if (choice["options"] is not { } given2) return;
        if (given2 is JsonObject options) CheckOptions(found, options, $"{path}.options", errors);
        else errors.Add(new($"{path}.options", $"Options must be an object (you gave {ValueCheck.Show(given2)})"));
    }

    private static void CheckOptions(MethodDescriptor method, JsonObject options, string path, ICollection<FieldError> errors)
    {
        foreach (var (name, value) in options)
            if (method.Parameters.FirstOrDefault(parameter => parameter.Name == name) is { } parameter) ValueCheck.Check(parameter, value, $"{path}.{name}", errors);
            else errors.Add(new($"{path}.{name}", method.Parameters.Count == 0
                ? $"{method.Title} takes no options: leave it out"
                : $"{method.Title} has no such option: it takes {string.Join(", ", method.Parameters.Select(p => p.Name))}"));
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
