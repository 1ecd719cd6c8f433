using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Trainer.Studio;

/// <summary>A thin client of a studio's API (/api/v1); what the studio finds wrong comes as <see cref="InvalidInputException"/> by field.</summary>
internal sealed class StudioClient : IDisposable
{
    private readonly HttpClient http;

    /// <exception cref="InvalidInputException">It is no address.</exception>
    public StudioClient(string address)
    {
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https"))
            throw new InvalidInputException("--studio", $"\"{address}\" is no address: give it as http://127.0.0.1:5000");
        // Uploads take as long as they take.
        http = new HttpClient { BaseAddress = root, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Reads what a path tells.</summary>
    public JsonNode Get(string path) => Answer(HttpMethod.Get, path, null) ?? throw NoJson(path);

    /// <summary>Changes what a path names; gives the answer's object.</summary>
    public JsonObject Patch(string path, string json) => Answer(HttpMethod.Patch, path, new StringContent(json, Encoding.UTF8, "application/json")) as JsonObject ?? throw NoJson(path);

    /// <summary>Deletes what a path names.</summary>
    public void Delete(string path) => Answer(HttpMethod.Delete, path, null);

    /// <summary>Posts JSON; gives the answer's object.</summary>
    public JsonObject Post(string path, string json) => Send(path, new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>Posts without a body.</summary>
    public JsonObject Post(string path) => Send(path, null);

    /// <summary>Streams files as one form; memory does not depend on their size.</summary>
    /// <param name="files">Form field and path of each.</param>
    /// <param name="values">Further fields.</param>
    /// <param name="progress">Told bytes sent and bytes in all.</param>
    public JsonObject Upload(string path, IReadOnlyList<(string Field, string Path)> files, IReadOnlyDictionary<string, string> values, Action<long, long> progress)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in values) form.Add(new StringContent(value), name);
        var (sent, total) = (0L, files.Sum(file => new FileInfo(file.Path).Length));
        foreach (var (field, file) in files)
        {
            var content = new StreamContent(new CountingStream(File.OpenRead(file), read => progress(sent += read, total)), 1 << 16);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            form.Add(content, field, Path.GetFileName(file));
        }
        return Send(path, form);
    }

    public void Dispose() => http.Dispose();

    private JsonObject Send(string path, HttpContent? content) => Answer(HttpMethod.Post, path, content) as JsonObject ?? throw NoJson(path);

    private HttpRequestException NoJson(string path) => new($"{http.BaseAddress}api/v1/{path} did not answer in JSON: is it a studio?");

    private JsonNode? Answer(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, $"api/v1/{path}") { Content = content };
        HttpResponseMessage response;
        try
        {
            response = http.Send(request, HttpCompletionOption.ResponseContentRead);
        }
        catch (HttpRequestException exception)
        {
            throw new HttpRequestException($"No studio answers at {http.BaseAddress}: {exception.Message}. Start it, or name another with --studio", exception);
        }
        using (response)
        {
            using var reader = new StreamReader(response.Content.ReadAsStream());
            var body = Parse(reader.ReadToEnd());
            return response.IsSuccessStatusCode ? body : throw Refusal(response.StatusCode, body as JsonObject, path);
        }
    }

    private Exception Refusal(HttpStatusCode status, JsonObject? problem, string path)
    {
        if (problem?["errors"] is JsonObject { Count: > 0 } errors)
            return new InvalidInputException([.. errors.SelectMany(field => Messages(field.Value).Select(message => new FieldError(field.Key, message)))]);
        var said = problem?["detail"]?.ToString() ?? problem?["title"]?.ToString() ?? "no reason given";
        return new HttpRequestException($"{http.BaseAddress}api/v1/{path} answered {(int)status}: {said}");
    }

    private static IEnumerable<string> Messages(JsonNode? value) => value is JsonArray list ? list.Select(item => item?.ToString() ?? "") : [value?.ToString() ?? ""];

    private static JsonNode? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
