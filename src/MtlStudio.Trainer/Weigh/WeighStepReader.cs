using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Weighting;

namespace MtlStudio.Trainer.Weigh;

/// <summary>Reads one step of <c>mtl weigh</c> and names every fault by its place.</summary>
internal sealed class WeighStepReader(IReadOnlyList<string> tasks, List<FieldError> errors)
{
    /// <summary>Every field of a step under the names it may have; capitals and underscores don't count.</summary>
    private static readonly Dictionary<string, string> Fields = new()
    {
        ["tasks"] = "tasks", ["losses"] = "losses", ["excess"] = "excess", ["lossesbefore"] = "losses", ["jacobian"] = "jacobian", ["j"] = "jacobian", ["gram"] = "gram", ["g"] = "gram",
        ["draws"] = "draws", ["learningrate"] = "learningRate",
        ["lossesafter"] = "lossesAfter", ["lossesafterstepsamebatch"] = "lossesAfter",
        ["heldoutlosses"] = "heldOutLosses", ["validationlosses"] = "heldOutLosses",
        ["heldoutjacobian"] = "heldOutJacobian", ["validationjacobian"] = "heldOutJacobian", ["heldoutproducts"] = "heldOutProducts",
    };

    public static string? Known(string name) => Fields.GetValueOrDefault(name.Replace("_", "").ToLowerInvariant());

    /// <summary>Rows of the first field that tells how many tasks there are; 0: none does.</summary>
    public static int Count(JsonObject step)
    {
        foreach (var (name, value) in step)
            if (Known(name) is "losses" or "jacobian" or "gram" or "heldOutLosses" && value is JsonArray rows) return rows.Count;
        return 0;
    }

    public WeighStep Read(JsonObject step, string path)
    {
        var fields = new Dictionary<string, JsonNode?>();
        foreach (var (name, value) in step)
            if (Known(name) is { } known) fields[known] = value;
            else errors.Add(new($"{path}.{name}", $"A step has no such field: known are {string.Join(", ", Fields.Values.Distinct())}"));

        var present = Present(fields.GetValueOrDefault("tasks"), path);
        var k = present.Length;
        if (fields.ContainsKey("jacobian") && fields.ContainsKey("gram")) errors.Add(new($"{path}.gram", "A Jacobian is given too: leave one of them out"));
        var jacobian = Matrix(fields.GetValueOrDefault("jacobian"), k, null, $"{path}.jacobian");
        var gram = jacobian is not null ? Product(jacobian, jacobian) : Square(Matrix(fields.GetValueOrDefault("gram"), k, k, $"{path}.gram"), $"{path}.gram");
        var heldOut = Matrix(fields.GetValueOrDefault("heldOutJacobian"), tasks.Count, jacobian?.FirstOrDefault()?.Length, $"{path}.heldOutJacobian");
        if (heldOut is not null && jacobian is null) errors.Add(new($"{path}.heldOutJacobian", "It is multiplied with the Jacobian: give that too, or heldOutProducts instead"));
        var products = Matrix(fields.GetValueOrDefault("heldOutProducts"), k, tasks.Count, $"{path}.heldOutProducts");
        return new()
        {
            Present = present, Jacobian = jacobian, Gram = gram,
            Losses = Numbers(fields.GetValueOrDefault("losses"), k, $"{path}.losses"),
            Excess = Numbers(fields.GetValueOrDefault("excess"), k, $"{path}.excess"),
            LossesAfter = Numbers(fields.GetValueOrDefault("lossesAfter"), k, $"{path}.lossesAfter"),
            HeldOutLosses = Numbers(fields.GetValueOrDefault("heldOutLosses"), tasks.Count, $"{path}.heldOutLosses"),
            HeldOutProducts = heldOut is not null && jacobian is not null && errors.Count == 0 ? Product(jacobian, heldOut) : products is null ? null : ToArray(products, tasks.Count),
            LearningRate = fields.GetValueOrDefault("learningRate") is { } rate ? Number(rate, $"{path}.learningRate") : 0,
            Draws = Draws(fields.GetValueOrDefault("draws"), k, jacobian?.FirstOrDefault()?.Length, $"{path}.draws"),
        };
    }

    private int[] Present(JsonNode? node, string path)
    {
        if (node is null) return [.. Enumerable.Range(0, tasks.Count)];
        if (node is not JsonArray list || list.Count == 0 || list.Any(item => item?.GetValueKind() != JsonValueKind.String))
        {
            errors.Add(new($"{path}.tasks", "This must be a list with the names of the tasks present"));
            return [];
        }
        var found = list.Select(item => tasks.ToList().IndexOf(item!.GetValue<string>())).ToArray();
        for (var i = 0; i < found.Length; i++)
            if (found[i] < 0) errors.Add(new($"{path}.tasks[{i}]", $"No task is called {list[i]!.ToJsonString()}: the tasks are {string.Join(", ", tasks)}"));
        if (found.Distinct().Count() < found.Length) errors.Add(new($"{path}.tasks", "A task stands there twice: name each once"));
        return found;
    }

    private PolicyDraws? Draws(JsonNode? node, int count, int? columns, string path)
    {
        if (node is null) return null;
        if (node is not JsonObject draws)
        {
            errors.Add(new(path, "This must be an object with orders, normals or uniforms"));
            return null;
        }
        foreach (var (name, _) in draws)
            if (name is not ("orders" or "normals" or "uniforms")) errors.Add(new($"{path}.{name}", "There are no such draws: known are orders, normals, uniforms"));
        return new()
        {
            Orders = Orders(draws["orders"], count, $"{path}.orders"),
            Normals = Numbers(draws["normals"], tasks.Count, $"{path}.normals"),
            Uniforms = draws["uniforms"] is JsonArray uniforms ? Numbers(uniforms, columns ?? uniforms.Count, $"{path}.uniforms") : null,
        };
    }

    private int[][]? Orders(JsonNode? node, int count, string path)
    {
        if (Lists(node, count, path) is not { } rows) return null;
        var orders = new int[count][];
        for (var i = 0; i < count; i++)
        {
            var numbers = Numbers(rows[i], null, $"{path}[{i}]") ?? [];
            orders[i] = [.. numbers.Select(number => number >= 0 && number < count && number == Math.Floor(number) ? (int)number : -1)];
            var others = orders[i].Where(j => j != i).Order();
            if (!others.SequenceEqual(Enumerable.Range(0, count).Where(j => j != i)))
                errors.Add(new($"{path}[{i}]", $"This must hold every task from 0 to {count - 1} but {i} once ({i} itself may stand there and is skipped)"));
        }
        return orders;
    }

    private double[,]? Square(double[][]? rows, string path)
    {
        if (rows is null) return null;
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < i; j++)
                if (double.IsFinite(rows[i][j]) && double.IsFinite(rows[j][i]) && Math.Abs(rows[i][j] - rows[j][i]) > 1e-9 * Math.Max(Math.Abs(rows[i][j]), Math.Abs(rows[j][i])))
                {
                    errors.Add(new($"{path}[{i}][{j}]", $"A Gram matrix is symmetric: this is {rows[i][j]} and [{j}][{i}] is {rows[j][i]}"));
                    return null;
                }
        for (var i = 0; i < rows.Length; i++)
            if (rows[i][i] < 0) errors.Add(new($"{path}[{i}][{i}]", $"A squared norm is at least 0 (you gave {rows[i][i]})"));
        return ToArray(rows, rows.Length);
    }

    private double[][]? Matrix(JsonNode? node, int rows, int? columns, string path)
    {
        if (Lists(node, rows, path) is not { } lists) return null;
        var before = errors.Count;
        var width = columns ?? (lists.Count > 0 ? (lists[0] as JsonArray)?.Count : null);
        var matrix = lists.Select((row, i) => Numbers(row, width, $"{path}[{i}]") ?? []).ToArray();
        return errors.Count == before ? matrix : null;
    }

    private JsonArray? Lists(JsonNode? node, int count, string path)
    {
        if (node is null) return null;
        if (node is JsonArray list && list.Count == count && list.All(row => row is JsonArray)) return list;
        errors.Add(new(path, node is JsonArray wrong && wrong.Count != count ? $"There must be {count} rows, one for each task (you gave {wrong.Count})" : "This must be a list of lists of numbers"));
        return null;
    }

    private double[]? Numbers(JsonNode? node, int? count, string path)
    {
        if (node is null) return null;
        if (node is not JsonArray list)
        {
            errors.Add(new(path, "This must be a list of numbers"));
            return null;
        }
        if (count is { } wanted && list.Count != wanted) errors.Add(new(path, $"There must be {wanted} numbers (you gave {list.Count})"));
        var before = errors.Count;
        var numbers = list.Select((item, i) => Number(item, $"{path}[{i}]")).ToArray();
        return errors.Count == before ? numbers : null;
    }

    /// <summary>A number, or a word for one that JSON has none for.</summary>
    private double Number(JsonNode? node, string path)
    {
        if (node?.GetValueKind() == JsonValueKind.Number) return JsonSerializer.SerializeToElement(node).GetDouble();
        var word = node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>().ToLowerInvariant() : "";
        switch (word)
        {
            case "nan": return double.NaN;
            case "inf" or "infinity" or "+inf": return double.PositiveInfinity;
            case "-inf" or "-infinity": return double.NegativeInfinity;
        }
        errors.Add(new(path, $"This must be a number, or \"nan\", \"inf\", \"-inf\" (you gave {node?.ToJsonString() ?? "null"})"));
        return double.NaN;
    }

    private static double[,] Product(double[][] left, double[][] right)
    {
        var product = new double[left.Length, right.Length];
        for (var i = 0; i < left.Length; i++)
            for (var j = 0; j < right.Length; j++)
                for (var p = 0; p < left[i].Length; p++)
                    product[i, j] += left[i][p] * right[j][p];
        return product;
    }

    private static double[,] ToArray(double[][] rows, int columns)
    {
        var array = new double[rows.Length, columns];
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < columns; j++)
                array[i, j] = rows[i][j];
        return array;
    }
}
