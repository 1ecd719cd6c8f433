using MtlStudio.Web.Notifications;

namespace MtlStudio.Web.Api.Settings;

/// <summary>Where the studio tells of runs that finish, fail or raise an alarm.</summary>
internal static class NotificationRoutes
{
    public static void MapNotifications(this IEndpointRouteBuilder settings)
    {
        var notifications = settings.MapGroup("/notifications").RequireAuthorization(StudioPolicies.Admin);
        notifications.MapGet("", ReadAsync).WithSummary("Webhook and mail, and which of finished, failed and alarm each is told. The mail password is never told.");
        notifications.MapPut("", WriteAsync).WithSummary("Sets both. A mail password that is left out stays; an empty one is taken away.");
        notifications.MapPost("/test", TestAsync).WithSummary("Sends a test message by the kept settings of one way (webhook or mail) and waits for the outcome; 502 says why it was not taken.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status502BadGateway);
    }

    private static async Task<NotificationView> ReadAsync(NotificationDesk desk, CancellationToken cancellation)
    {
        var (settings, hasPassword) = await desk.ReadAsync(cancellation);
        return new(settings, hasPassword);
    }

    private static async Task<NotificationView> WriteAsync(NotificationSettings settings, NotificationDesk desk, CancellationToken cancellation)
    {
        await desk.SaveAsync(settings, cancellation);
        return await ReadAsync(desk, cancellation);
    }

    private static async Task<IResult> TestAsync(string way, NotificationDesk desk, CancellationToken cancellation) =>
        await desk.TryAsync(way, cancellation) is { } why ? Results.Problem(why, statusCode: StatusCodes.Status502BadGateway) : Results.NoContent();
}

/// <param name="HasPassword">A mail password is kept.</param>
public sealed record NotificationView(NotificationSettings Settings, bool HasPassword);
