/**
 * Leader and follower: one run on two machines, and the survivor that goes on (DESIGN section 7).
 *
 * <p>Outside the boundary. The domain's thread runs the guest; the stream's event loop reports
 * stability and loss; a thread of its own decides about the fence.
 */
package dev.vls.replay.role;
