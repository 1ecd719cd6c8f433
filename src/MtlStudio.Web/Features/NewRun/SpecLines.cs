using System.Text;
using System.Text.Json;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>Where in a JSON text each field stands.</summary>
public static class SpecLines
{
    /// <summary>Path as <c>tasks[1].name</c> → line, from 1. What comes after a place that is no JSON is left out.</summary>
    public static IReadOnlyDictionary<string, int> Of(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 64 });
        var lines = new Dictionary<string, int>();
        // Of each open object the field that is being read; of each open list the entry.
        var open = new Stack<(string Path, int Entry)>();
        var (line, counted, name) = (1, 0, "");
        try
        {
            while (reader.Read())
            {
                for (; counted < reader.TokenStartIndex; counted++)
                    if (bytes[counted] == '\n') line++;
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        var (path, _) = open.Peek();
                        name = path.Length == 0 ? reader.GetString()! : $"{path}.{reader.GetString()}";
                        lines.TryAdd(name, line);
                        continue;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        open.Pop();
                        continue;
                }
                var at = name;
                if (open.TryPeek(out var list) && list.Entry >= 0)
                {
                    at = $"{list.Path}[{list.Entry}]";
                    lines.TryAdd(at, line);
                    open.Pop();
                    open.Push((list.Path, list.Entry + 1));
                }
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    open.Push((at, reader.TokenType == JsonTokenType.StartArray ? 0 : -1));
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The text is wrong from here on; its own fault says so.
        }
        return lines;
    }

    /// <summary>The line of a field, or of the nearest thing around it that is there; null where nothing is.</summary>
    public static int? Find(IReadOnlyDictionary<string, int> lines, string path)
    {
        for (var at = path; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOfAny(['.', '[']))])
            if (lines.TryGetValue(at, out var line)) return line;
        return null;
    }
}
