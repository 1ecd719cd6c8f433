using System.Net;
using System.Text;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

public sealed class ProblemTests(ProblemTests.Fixture fixture) : IClassFixture<ProblemTests.Fixture>
{
    public sealed class Fixture : IAsyncLifetime
    {
        public TestStudio Studio { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Studio = await TestStudio.StartAsync("--Studio:Limits:RequestBytes=65536");

        public ValueTask DisposeAsync() => Studio.DisposeAsync();
    }

    private TestStudio Studio => fixture.Studio;

    [Theory]
    [InlineData("runs?take=x", "take")]
    [InlineData("runs?take=0&skip=-1", "skip", "take")]
    [InlineData("runs?limit=3&page=1", "limit", "page")]
    [InlineData("runs?state=running,bad&order=up&archived=maybe", "archived", "order", "state")]
    [InlineData("runs?state=3", "state")]
    [InlineData("runs?sort=spec", "sort")]
    [InlineData("runs?baselines=perhaps", "baselines")]
    [InlineData("datasets?take=1001", "take")]
    [InlineData("models?skip=-1", "skip")]
    public async Task Query_IsRefusedByField_WhenItIsBad(string path, params string[] fields)
    {
        var problem = await Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/{path}", HttpStatusCode.BadRequest);
        Assert.Equal(fields, problem.Fields());
        Assert.All(problem.GetProperty("errors").EnumerateObject(), error => Assert.NotEmpty(error.Value[0].GetString()!));
    }

    [Theory]
    [InlineData("GET", "/api/v1/no-such-thing", 404)]
    [InlineData("GET", "/api/v1/runs/12345", 404)]
    [InlineData("GET", "/api/v1/runs/12345/points", 404)]
    [InlineData("GET", "/api/v1/runs/12345/artifacts/spec.json", 404)]
    [InlineData("GET", "/api/v1/datasets/..%2f..%2fkeys", 404)]
    [InlineData("GET", "/api/v1/models/0000000000000000000000000000000000000000000000000000000000000000", 404)]
    [InlineData("GET", "/api/v1/runs/abc", 404)]
    [InlineData("DELETE", "/api/v1/presets", 405)]
    [InlineData("POST", "/api/v1/datasets", 415)]
    [InlineData("POST", "/api/v1/specs/validate", 415)]
    public async Task Call_IsAnsweredWithProblemDetails_WhenItCannotBeServed(string method, string path, int status) =>
        await Studio.RefusedAsync(new HttpMethod(method), path, (HttpStatusCode)status);

    [Theory]
    [InlineData("", "spec")]
    [InlineData("[]", "spec")]
    [InlineData("{\"a\":1,", "spec")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}", "spec")]
    [InlineData("{\"version\":99}", "version")]
    public async Task Spec_IsRefusedByField_WhenItIsNoSpec(string body, string field)
    {
        var problem = await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/specs/validate", HttpStatusCode.BadRequest, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal([field], problem.Fields());
    }

    [Fact]
    public async Task Spec_IsRefusedWithEveryFault_WhenSeveralFieldsAreBad()
    {
        var spec = """{"surprise":1,"seed":-1,"model":{"path":"x"},"weighting":{"name":"pcgard"},"training":{"steps":0},"tasks":[{"name":"qa","template":{"answer":"{a}"},"data":{"train":"a.jsonl"}}]}""";
        var problem = await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/specs/validate", HttpStatusCode.BadRequest, new StringContent(spec, Encoding.UTF8, "application/json"));
        Assert.Equal(["seed", "surprise", "training.steps", "weighting.name"], problem.Fields());
    }

    [Fact]
    public async Task Spec_IsRefused_WhenItNamesFilesOfTheMachine()
    {
        var spec = """{"model":{"path":"/etc"},"tasks":[{"name":"qa","template":{"answer":"{a}"},"data":{"train":"/etc/passwd"}}]}""";
        var problem = await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/specs/validate", HttpStatusCode.BadRequest, new StringContent(spec, Encoding.UTF8, "application/json"));
        Assert.Equal(["model.path", "tasks[0].data.train"], problem.Fields());
    }

    [Fact]
    public async Task Body_IsRefused_WhenItIsBeyondTheLimit() =>
        await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/specs/validate", HttpStatusCode.RequestEntityTooLarge, new StringContent(new string(' ', 70_000), Encoding.UTF8, "application/json"));

    [Fact]
    public async Task Body_IsRefused_WhenItIsNotUtf8()
    {
        var content = new ByteArrayContent([(byte)'{', (byte)'"', 0xE4, (byte)'"', (byte)'}']);
        content.Headers.ContentType = new("application/json");
        Assert.Equal(["spec"], (await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/specs/validate", HttpStatusCode.BadRequest, content)).Fields());
    }

    [Fact]
    public async Task OpenApi_DescribesEveryCall()
    {
        using var answer = await Studio.Client.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        var document = await ApiClient.ReadAsync(answer, HttpStatusCode.OK);
        Assert.StartsWith("3.", document.GetProperty("openapi").GetString());
        var described = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(call => $"{call.Name.ToUpperInvariant()} {path.Name}")).ToHashSet();
        var routes = Studio.Service<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints.OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.OfType<Microsoft.AspNetCore.Routing.HttpMethodMetadata>().Last().HttpMethods.Select(method => $"{method} {System.Text.RegularExpressions.Regex.Replace(route.RoutePattern.RawText!, @"\{\**(\w+)(:\w+)?\}", "{$1}").TrimEnd('/')}")).ToList();
        Assert.NotEmpty(routes);
        Assert.Empty(routes.Except(described));
        Assert.All(document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()), call => Assert.NotEmpty(call.Value.GetProperty("summary").GetString()!));
    }

    [Fact]
    public async Task Health_IsGood_WhenTheStudioRuns()
    {
        foreach (var path in new[] { "/healthz/live", "/healthz/ready" })
        {
            using var answer = await Studio.Client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal("healthy", (await ApiClient.ReadAsync(answer, HttpStatusCode.OK)).GetProperty("status").GetString());
        }
    }

    [Fact]
    public async Task Catalog_TellsMethodsAndFields()
    {
        var catalog = await Studio.GetAsync("catalog");
        Assert.Contains("pcgrad", catalog.GetProperty("methods").EnumerateArray().Select(method => method.GetProperty("name").GetString()));
        Assert.Contains("training.steps", catalog.GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Backup_WritesACopyOfTheDatabase()
    {
        var (body, _) = await Studio.SendAsync(HttpMethod.Post, "backup", null, HttpStatusCode.Created);
        var copy = body.GetProperty("path").GetString()!;
        Assert.StartsWith(Studio.DataFolder, copy);
        Assert.Equal("SQLite format 3", Encoding.ASCII.GetString(File.ReadAllBytes(copy), 0, 15));
    }
}
