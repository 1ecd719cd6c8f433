using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using MtlStudio.Web.Api;
using MtlStudio.Web.Hosting;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

public sealed class AuthorizationTests
{
    [Fact]
    public async Task EveryRoute_AsksForExactlyOnePolicy()
    {
        await using var studio = await TestStudio.StartAsync();
        var endpoints = studio.Service<EndpointDataSource>().Endpoints;
        Assert.True(endpoints.Count > 40, $"only {endpoints.Count} routes were found");
        // The SDK serves assets that were added since the build by a route of its own, in builds that were not published.
        var offences = endpoints.Where(endpoint => endpoint.DisplayName != "Fallback {**path:file}").Select(endpoint => (endpoint.DisplayName, Fault: FaultOf(endpoint))).Where(pair => pair.Fault is not null);
        Assert.Empty(offences);
    }

    [Fact]
    public async Task ChangingRoutes_AskForMoreThanReading()
    {
        // These change nothing: they answer a body that is too long for an address.
        string[] harmless = ["/api/v1/specs/validate", "/api/v1/tasks/preview", "/api/v1/mixes/preview", "/api/v1/mixes/{id:long}/spec"];
        await using var studio = await TestStudio.StartAsync();
        var changing = studio.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal) && !harmless.Contains(endpoint.RoutePattern.RawText)
                && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Any(method => method is not ("GET" or "HEAD"))).ToArray();
        Assert.NotEmpty(changing);
        Assert.All(changing, endpoint => Assert.Contains(endpoint.Metadata.GetMetadata<IAuthorizeData>()!.Policy, new[] { StudioPolicies.Act, StudioPolicies.Admin }));
    }

    [Fact]
    public void EveryHubMethod_AsksForAPolicy()
    {
        var methods =
            from hub in typeof(StudioHost).Assembly.GetTypes()
            where typeof(Hub).IsAssignableFrom(hub) && !hub.IsAbstract
            from method in hub.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where !method.IsSpecialName && method.GetBaseDefinition().DeclaringType == hub
            select method;
        Assert.All(methods, method => Assert.Contains(Assert.Single(method.GetCustomAttributes<AuthorizeAttribute>()).Policy, StudioPolicies.All));
    }

    private static string? FaultOf(Microsoft.AspNetCore.Http.Endpoint endpoint)
    {
        var policies = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).Distinct().ToArray();
        return endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null ? "lets anyone pass by"
            : policies.Length != 1 ? $"asks for {policies.Length} policies"
            : StudioPolicies.All.Contains(policies[0]) ? null : $"asks for \"{policies[0]}\"";
    }
}
