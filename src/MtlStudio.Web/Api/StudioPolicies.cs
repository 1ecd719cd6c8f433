using Microsoft.AspNetCore.Authorization;

namespace MtlStudio.Web.Api;

/// <summary>What a caller may want. Every route and every hub method asks for exactly one of these by its policy's name.</summary>
public enum StudioPermission
{
    /// <summary>What is open to whoever reaches the studio at all: assets, health, the sign-in itself.</summary>
    Public,
    /// <summary>Looking at runs, data and models.</summary>
    Read,
    /// <summary>Launching, stopping, importing.</summary>
    Act,
    /// <summary>What concerns the studio as a whole: backups, files of its machine.</summary>
    Admin,
}

/// <summary>The names of the policies, one for each <see cref="StudioPermission"/>.</summary>
public static class StudioPolicies
{
    public const string Public = "studio.public";
    public const string Read = "studio.read";
    public const string Act = "studio.act";
    public const string Admin = "studio.admin";

    public static IReadOnlyList<string> All { get; } = [Public, Read, Act, Admin];

    /// <summary>Registers the policies. A test walks every route and hub method to see that it asks for one of them.</summary>
    public static IServiceCollection AddStudioPolicies(this IServiceCollection services)
    {
        services.AddSingleton<IAuthorizationHandler, OpenStudioHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalAnswer>();
        var authorization = services.AddAuthorizationBuilder();
        foreach (var permission in Enum.GetValues<StudioPermission>())
            authorization.AddPolicy(Name(permission), policy => policy.AddRequirements(new StudioRequirement(permission)));
        return services;
    }

    private static string Name(StudioPermission permission) => $"studio.{permission.ToString().ToLowerInvariant()}";
}

/// <summary>What a policy asks of the caller.</summary>
public sealed record StudioRequirement(StudioPermission Permission) : IAuthorizationRequirement;

/// <summary>
/// The studio has no sign-in: whoever reaches it may do everything, and only this machine reaches it (or whom a port published
/// under Studio:AllowAnonymousNetwork lets through). A sign-in replaces this class and nothing else.
/// </summary>
internal sealed class OpenStudioHandler : AuthorizationHandler<StudioRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, StudioRequirement requirement)
    {
        context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
