"""What whoever runs the site needs: health, metrics, dashboard, queue, sweep, commands."""
